# customer facts
from . import crm_segment_change
from . import base_partner_merge
