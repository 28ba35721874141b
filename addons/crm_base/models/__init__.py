# order to cash
# customer facts
# customer page
from . import res_partner
