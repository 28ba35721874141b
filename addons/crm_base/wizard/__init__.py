# customer facts
from . import crm_segment_change
