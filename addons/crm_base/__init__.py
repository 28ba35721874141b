from . import controllers, models, report, wizard
from .uninstall import uninstall_hook
