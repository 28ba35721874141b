from . import test_calls, test_commands, test_exchange_rights, test_tools
