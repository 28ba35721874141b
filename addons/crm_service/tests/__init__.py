from . import common
from . import test_ticket
from . import test_tools

# knowledge
from . import test_article
from . import test_article_recall
from . import test_article_search
from . import test_article_ticket
from . import test_service_help
from . import test_service_portal
from . import test_service_tour
