# channels
from . import service_request

# knowledge
from . import help
from . import portal

# complaints
from . import complaint
from . import complaint_portal

# satisfaction
from . import rating
