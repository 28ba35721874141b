from . import sfa_schedule_entry, sfa_action_report, sfa_effort_report, sfa_effort_share
