from . import service_remedy
