from . import posting
from . import refusal
from . import returns
