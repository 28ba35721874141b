from . import common
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
