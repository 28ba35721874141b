# order to cash
from . import test_tracking_flows
