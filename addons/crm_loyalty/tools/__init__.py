from . import posting
from . import returns
