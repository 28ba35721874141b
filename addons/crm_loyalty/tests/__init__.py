from . import common
from . import test_ledger
from . import test_expiry
from . import test_member
from . import test_card_life
from . import test_returns
from . import test_abuse
from . import test_adjustment

# accounting
from . import accounting_common
from . import test_provision
from . import test_reconciliation
