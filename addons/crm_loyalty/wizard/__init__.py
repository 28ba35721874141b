from . import loyalty_card_update_balance
from . import loyalty_generate_wizard
from . import base_partner_merge

# stored value
from . import loyalty_pin_set
from . import loyalty_pay
from . import loyalty_pay_line

# accounting
from . import loyalty_reconciliation
from . import loyalty_reconciliation_line
from . import loyalty_reconciliation_value
from . import loyalty_card_open
