from . import service_team
from . import service_category
from . import service_ticket
from . import service_ticket_state
