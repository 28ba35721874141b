# the contracts come first: the other files extend them
from . import res_partner  # isort: split

# origin, demand, credit, collection
from . import (
    account_move_origin,
    crm_collection_step,
    crm_collection,
    res_company_credit,
    res_config_settings_credit,
    res_partner_credit,
    sale_order_credit,
    sale_order_origin,
    stock_warehouse_orderpoint,
)

# sales history
from . import (
    crm_history_issue,
    crm_history_import,
    crm_history_line,
    crm_history_order,
    res_partner_history,
)

# order to cash
from . import (
    account_move,
    account_partial_reconcile,
    res_partner_orders,
    sale_order,
    sale_order_line,
    sale_order_refresh,
    sale_order_tracking,
    stock_move,
)

# customer facts
from . import (
    crm_remembered,
    crm_phone_number,
    crm_phone_mixin,
    crm_lead,
    account_move_partner,
    res_partner_identity,
    res_partner_search,
    crm_lifecycle,
    crm_lifecycle_log,
    res_company,
    res_config_settings,
    res_partner_lifecycle,
    res_partner_effort,
    res_partner_history_purchase,
    crm_relation_type,
    crm_relation,
    crm_relation_side,
    res_partner_relation,
    crm_consent_purpose,
    crm_consent,
    res_partner_consent,
    crm_board,
    crm_segment,
    crm_segment_member,
    res_partner_segment,
    crm_duplicate,
    crm_duplicate_ignored,
)

# customer page
from . import (
    rating_rating,
    res_partner_page,
    res_partner_next,
    res_partner_timeline,
    res_partner_timeline_sources,
)
