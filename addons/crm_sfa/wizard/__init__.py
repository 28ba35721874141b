from . import mail_activity_schedule, sfa_activity_skip
