from . import crm_history_order
from . import mining_fact
from . import mining_month
from . import mining_stale
