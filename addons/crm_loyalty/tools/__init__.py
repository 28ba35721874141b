from . import posting
from . import refusal
from . import returns
from . import statement
