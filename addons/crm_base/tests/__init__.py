from . import (
    test_consent,
    test_credit,
    test_demand,
    test_history,
    test_identity,
    test_lifecycle,
    test_origin,
    test_relation,
    test_roles,
    test_search,
    test_segment,
    test_tools,
)
