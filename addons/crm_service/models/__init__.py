from . import service_team
from . import service_category
from . import service_ticket
from . import service_ticket_state

# knowledge
from . import service_article
from . import service_article_state
from . import service_article_version
from . import service_article_index
from . import service_article_word
from . import service_article_search
from . import service_synonym
from . import service_ticket_article
from . import service_ticket_suggestion
from . import service_search_log
from . import service_help_session
from . import service_ticket_portal
from . import res_company_portal
from . import res_config_settings_portal
