from . import test_cost_from_bill
