from . import barcode
from . import posting
from . import refusal
from . import returns
from . import statement
