# exchange
from . import (
    cti_pbx,
    cti_queue,
    cti_queue_member,
    cti_event,
    cti_call,
    cti_leg,
    cti_command,
    cti_pbx_ingest,
)

# agents
from . import (
    cti_agent,
)
