# norms, schedule, actions
from . import mail_activity_schedule
from . import sfa_activity_skip
from . import sfa_schedule_plan
from . import sfa_schedule_plan_line

# stage gates, cost gate
from . import mail_compose_message
from . import sfa_approval_ask
from . import sfa_approval_decide
from . import sfa_stage_override
