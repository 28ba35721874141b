from . import service_team
from . import service_category
from . import service_ticket
from . import service_ticket_state

# channels
from . import mail_thread
from . import res_partner_service
from . import service_mail
from . import service_team_mail
from . import service_ticket_route
from . import service_ticket_mail
from . import service_ticket_identity
from . import service_merge
from . import service_ticket_family
from . import service_ticket_merge
from . import service_ticket_split
from . import service_tag
from . import service_macro
from . import service_checklist_line
from . import service_checklist_item
from . import service_category_checklist
from . import service_ticket_checklist
from . import service_ticket_macro
