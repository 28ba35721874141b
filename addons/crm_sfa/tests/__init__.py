from . import common

# territories
from . import territory_common
from . import test_territory_rules
from . import test_territory_match
from . import test_territory_moves
from . import test_authority
from . import test_lead_assignment
from . import test_handover
# norms, schedule, actions
from . import norm_common
from . import test_action_performance
from . import test_action_report
from . import test_norm
from . import test_norm_tools
from . import test_schedule
