from . import (
    test_consent,
    test_credit,
    test_demand,
    test_history,
    test_duplicate,
    test_identity,
    test_lifecycle,
    test_origin,
    test_performance_facts,
    test_relation,
    test_roles,
    test_search,
    test_segment,
    test_tools,
)

# customer page
from . import (
    test_customer_page,
    test_customer_timeline,
    test_js,
    test_page_performance,
    test_page_tools,
    test_page_tour,
)

# order to cash
from . import (
    test_tracking,
    test_tracking_flows,
    test_tracking_performance,
    test_tracking_portal,
    test_tracking_rules,
)

# rights
from . import test_neighbours, test_rights

# replica
from . import test_reads
