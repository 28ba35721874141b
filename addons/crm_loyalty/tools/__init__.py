from . import deposit
from . import posting
from . import refusal
from . import returns
