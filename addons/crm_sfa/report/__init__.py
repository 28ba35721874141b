# schedule, actions
from . import sfa_schedule_entry
from . import sfa_action_report
from . import sfa_effort_report
from . import sfa_effort_share

# win rate, cycle time, from lead to cash
from . import sfa_pipeline_report
from . import sfa_sales_report
