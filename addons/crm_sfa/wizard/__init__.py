# stage gates, cost gate
from . import mail_compose_message
from . import sfa_approval_ask
from . import sfa_approval_decide
from . import sfa_stage_override
