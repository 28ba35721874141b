# channels
from . import service_ticket_merge
from . import service_ticket_split
from . import service_ticket_split_line
