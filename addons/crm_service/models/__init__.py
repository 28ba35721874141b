from . import service_team
from . import service_category
from . import service_ticket
from . import service_ticket_state

# complaints
from . import mail_activity_complaint
from . import res_company_complaint
from . import res_config_settings_complaint
from . import service_event
from . import service_event_head
from . import service_event_payload
from . import service_event_proof
from . import service_external_body
from . import service_root_cause
from . import service_complaint
from . import service_complaint_state
from . import service_complaint_deadline
from . import service_complaint_accused
from . import service_complaint_reminder
from . import service_ticket_complaint
from . import res_partner_complaint
