from . import (
    test_credit,
    test_demand,
    test_history,
    test_origin,
    test_roles,
    test_tools,
)
