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

# announcements
