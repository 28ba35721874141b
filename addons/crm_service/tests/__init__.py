from . import common
from . import test_ticket
from . import test_tools

# complaints
from . import complaint_common
from . import test_complaint
from . import test_complaint_portal
from . import test_event
from . import test_guarantee
from . import test_remedy
