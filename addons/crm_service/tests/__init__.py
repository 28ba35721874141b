from . import common
from . import test_ticket
from . import test_tools
from . import test_sla
from . import test_escalation
from . import test_sla_histories
from . import test_matrix

# channels
from . import mail_common
from . import smtp
from . import test_assignment
from . import test_channel_tour
from . import test_identity
from . import test_macro
from . import test_mail
from . import test_mail_out
from . import test_merge
from . import test_web_form

# knowledge
from . import test_article
from . import test_article_recall
from . import test_article_search
from . import test_article_ticket
from . import test_service_help
from . import test_service_portal
from . import test_service_tour

# complaints
from . import complaint_common
from . import test_complaint
from . import test_complaint_page
from . import test_complaint_portal
from . import test_complaint_tour
from . import test_event
from . import test_guarantee
from . import test_remedy

# satisfaction, the customer's page
from . import test_rating
from . import test_ticket_page

# desk
from . import test_desk_tour

# entitlements
from . import test_asset_portal
from . import test_entitlement

# dashboard
from . import test_board
