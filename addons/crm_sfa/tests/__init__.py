from . import common

# territories
from . import territory_common
from . import test_territory_rules
from . import test_territory_match
