from . import deposit
from . import pin
from . import barcode
from . import limits
from . import posting
from . import refusal
from . import returns
from . import statement
