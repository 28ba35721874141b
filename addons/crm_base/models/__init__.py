# contracts, extended by the files below
from . import res_partner  # noqa: I001

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
# customer page
from . import (
    rating_rating,
    res_partner_next,
    res_partner_page,
    res_partner_timeline,
    res_partner_timeline_sources,
)
