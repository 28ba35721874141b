from . import (
    test_credit,
    test_demand,
    test_history,
    test_origin,
    test_roles,
    test_tools,
)

# order to cash
from . import (
    test_tracking,
    test_tracking_flows,
    test_tracking_performance,
    test_tracking_portal,
    test_tracking_rules,
)
