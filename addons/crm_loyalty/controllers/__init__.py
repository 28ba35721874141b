from . import portal
from . import portal_pin
from . import portal_topup
