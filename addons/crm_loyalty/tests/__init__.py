from . import common
from . import test_ledger
from . import test_expiry
from . import test_member
from . import test_card_life
from . import test_returns
from . import test_abuse
from . import test_adjustment
from . import test_funds
from . import test_deposit
from . import test_topup
from . import test_topup_online
from . import test_spending
from . import test_pin
from . import test_hold
from . import test_hold_race
from . import test_value_rule
from . import test_refund

# accounting
from . import accounting_common
from . import test_provision
from . import test_reconciliation
from . import test_usage
from . import test_portal
from . import test_portal_tour
from . import test_limits
from . import test_desk
from . import test_desk_tour
from . import test_reconciliation_value

# dashboard
from . import test_board
