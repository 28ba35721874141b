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

# order to cash
# customer facts
# customer page
from . import res_partner
