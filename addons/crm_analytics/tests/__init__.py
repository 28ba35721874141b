from . import test_basket
from . import test_dashboard_tour
from . import test_fact
from . import test_matrix
from . import test_mine
from . import test_predict
from . import test_tools
from . import test_value
