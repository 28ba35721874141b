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

# desk
from . import (
    cti_log,
    cti_reason,
    cti_disposition,
    cti_agent,
    cti_agent_log,
    cti_agent_state,
    cti_dial_rule,
    cti_dial_log,
    cti_agent_dial,
    cti_pbx_phone,
    cti_pbx_callback,
    cti_agent_phone,
    cti_command_password,
    cti_call_pop,
    cti_call_wrapup,
    cti_task,
    cti_task_owner,
    cti_call_task,
    res_partner_call,
    res_partner_effort,
    crm_board,
    res_users,
)

# distribution
from . import (
    cti_skill,
    cti_agent_skill,
    cti_agent_skills,
    cti_queue_skill,
    cti_queue_distribution,
    cti_offer,
    cti_call_offer,
    cti_pbx_orders,
    cti_pbx_distribution,
    cti_queue_hours,
    cti_dial_rule_orders,
    cti_call_barred,
)

# what is kept
from . import (
    cti_call_closed,
    cti_pbx_purge,
)

# messages
from . import (
    cti_sound,
    cti_listening,
    cti_call_message,
    cti_task_message,
    cti_pbx_message,
)
