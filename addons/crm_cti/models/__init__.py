# exchange
from . import (
    cti_pbx,
    cti_queue,
    cti_queue_member,
    cti_event,
    cti_cel,
    cti_call,
    cti_leg,
    cti_command,
    cti_completeness,
    cti_pbx_ingest,
    cti_pbx_bridge,
)

# agents
from . import (
    cti_agent,
)
