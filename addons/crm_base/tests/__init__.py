# order to cash
from . import test_tracking
from . import test_tracking_flows
from . import test_tracking_performance
from . import test_tracking_portal
from . import test_tracking_rules
