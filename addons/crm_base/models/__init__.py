# the contracts first: what follows extends them
from . import res_partner

# order to cash
from . import account_move
from . import account_partial_reconcile
from . import res_partner_orders
from . import sale_order
from . import sale_order_line
from . import sale_order_refresh
from . import sale_order_tracking
from . import stock_move

# customer facts
# customer page
