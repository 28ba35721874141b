from . import common

# norms, schedule, actions
from . import norm_common
from . import test_action_performance
from . import test_action_report
from . import test_norm
from . import test_norm_input
from . import test_norm_tools
from . import test_schedule
