# customers and categories
from . import sfa_customer_category
from . import res_partner_category

# account team
from . import sfa_account_role
from . import sfa_account_member
from . import res_partner_account

# territories
from . import sfa_territory
from . import sfa_territory_member
from . import res_partner_territory

# stage gates, cost gate

# norms, schedule, actions
from . import mail_activity_type
from . import mail_activity_plan
from . import mail_activity_plan_launch
from . import mail_activity_plan_template
from . import sfa_norm_launch
from . import mail_activity
from . import sfa_customer_category_norm
from . import crm_lead_norm
from . import res_partner_norm

# announcements
