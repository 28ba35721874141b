from . import crm_history_order
from . import mining_fact
from . import mining_month
from . import mining_stale

# analyses and their runs
from . import crm_consent
from . import mining_engine
from . import mining_model
from . import mining_dashboard
from . import mining_run
from . import mining_run_basket
from . import mining_run_lifetime
from . import mining_run_next
from . import mining_run_rfm
from . import mining_customer
from . import mining_offer
from . import mining_pair
from . import mining_score
from . import res_company
from . import res_partner
from . import sale_order
