from . import (
    test_calls,
    test_client,
    test_commands,
    test_exchange_matrix,
    test_exchange_rights,
    test_recorded,
    test_tools,
)

# desk
from . import (
    test_agent,
    test_desk_js,
    test_desk_tour,
    test_dial,
    test_distribution,
    test_matrix,
    test_message,
    test_pop,
    test_queue_hours,
    test_purge,
    test_task,
)

# dashboard
from . import test_board
