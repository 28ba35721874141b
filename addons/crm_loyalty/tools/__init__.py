from . import deposit
from . import pin
from . import posting
from . import refusal
from . import returns
