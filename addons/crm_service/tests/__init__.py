from . import common
from . import test_ticket
from . import test_tools
