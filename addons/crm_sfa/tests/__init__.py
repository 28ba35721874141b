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
from . import test_norm_input
from . import test_norm_tools
from . import test_schedule
from . import gate_common

# customers, categories, account team
from . import test_account_team
from . import test_category

# stage gates, cost gate
from . import test_cost_gate_approval
from . import test_cost_gate_exits
from . import test_cost_gate_rules
from . import test_gate_stage
from . import test_gate_tour

# announcements
from . import test_announcement

# reports
from . import test_pipeline_report

# replica
from . import test_reads

# dashboard
from . import test_board
