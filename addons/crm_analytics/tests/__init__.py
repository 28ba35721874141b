from . import test_fact
from . import test_matrix
from . import test_value
