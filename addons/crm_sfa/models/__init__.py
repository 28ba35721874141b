from . import sfa_period_mixin

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
from . import sfa_territory_closure
from . import sfa_territory_access
from . import sfa_territory
from . import sfa_territory_member
from . import sfa_territory_rule
from . import sfa_territory_match
from . import sfa_territory_assignment
from . import sfa_territory_move
from . import sfa_territory_run
from . import res_company_territory
from . import res_config_settings_territory
from . import res_partner_territory
from . import res_partner_territory_page
from . import sfa_lead_assignment
from . import crm_lead_territory
from . import sale_order_territory
from . import account_move_territory
from . import account_invoice_report_territory
from . import sfa_territory_distribution
from . import sfa_handover
from . import sfa_handover_line

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
from . import mail_activity_type
from . import mail_activity_plan
from . import mail_activity_plan_launch
from . import mail_activity_plan_template
from . import sfa_norm_launch
from . import mail_activity
from . import sfa_customer_category_norm
from . import crm_lead_norm
from . import res_partner_norm
from . import res_partner_effort
from . import crm_board

# announcements
from . import sfa_announcement
from . import sfa_announcement_receipt
from . import ir_http
