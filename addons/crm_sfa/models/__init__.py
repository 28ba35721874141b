# customers and categories
from . import sfa_customer_category
from . import res_partner_category
from . import product_category
from . import product_template
from . import product_product
from . import product_pricelist

# account team
from . import sfa_account_role
from . import sfa_account_member
from . import res_partner_account

# territories
from . import sfa_territory
from . import sfa_territory_member
from . import res_partner_territory

# stage gates, cost gate
from . import res_company
from . import res_config_settings
from . import sfa_approval_level
from . import sfa_approval
from . import sfa_approval_line
from . import sale_order_gate
from . import sale_order_line_gate
from . import ir_actions_report
from . import mail_template
from . import payment_transaction
from . import crm_stage
from . import sfa_stage_gate
from . import sfa_stage_log
from . import crm_lead_gate

# norms, schedule, actions

# announcements
from . import sfa_announcement
from . import sfa_announcement_receipt
from . import ir_http
