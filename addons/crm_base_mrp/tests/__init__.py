from . import test_made_to_order
from . import test_production_flows
