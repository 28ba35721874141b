from . import (
    test_credit,
    test_demand,
    test_history,
    test_identity,
    test_origin,
    test_relation,
    test_roles,
    test_tools,
)
