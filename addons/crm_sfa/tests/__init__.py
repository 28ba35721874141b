from . import common

# territories
from . import territory_common
from . import test_territory_rules
from . import test_territory_match
from . import test_territory_moves
from . import test_authority
from . import test_lead_assignment
from . import test_handover
