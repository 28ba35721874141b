from . import common
from . import test_ticket
from . import test_tools
from . import test_sla
from . import test_escalation
from . import test_sla_histories
from . import test_matrix
