from . import mail_activity_schedule
from . import sfa_activity_skip
from . import sfa_schedule_plan
from . import sfa_schedule_plan_line
