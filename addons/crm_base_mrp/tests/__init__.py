from . import test_production_flows
