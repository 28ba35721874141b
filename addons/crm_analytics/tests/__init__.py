from . import test_fact
from . import test_matrix
