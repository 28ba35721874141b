from . import test_calls, test_commands, test_exchange_rights, test_tools

# desk
from . import test_agent, test_dial, test_pop, test_task
