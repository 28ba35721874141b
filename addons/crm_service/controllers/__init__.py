from . import help
from . import portal
