# channels
from . import service_ticket_merge
from . import service_ticket_split
from . import service_ticket_split_line

# complaints
from . import service_complaint_step
from . import service_event_erase

# satisfaction
from . import service_rating_follow
