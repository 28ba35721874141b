# complaints
from . import service_complaint_step
from . import service_event_erase
