from . import service_team
from . import service_category
from . import service_ticket
from . import service_ticket_state

# channels
from . import mail_thread
from . import res_partner_service
from . import service_mail
from . import service_team_mail
from . import service_ticket_route
from . import service_ticket_mail
from . import service_ticket_identity
from . import service_merge
from . import service_ticket_family
from . import service_ticket_merge
from . import service_ticket_split
from . import service_tag
from . import service_macro
from . import service_checklist_line
from . import service_checklist_item
from . import service_category_checklist
from . import service_ticket_checklist
from . import service_ticket_macro
from . import service_skill
from . import service_agent
from . import service_team_assignment
from . import service_ticket_assignment
from . import service_ticket_handover
from . import service_form_slot
from . import service_team_web
from . import service_ticket_web

# service levels: after all that a message does to the state of a ticket
from . import service_hours
from . import service_sla_target
from . import service_sla_policy
from . import service_sla_clock
from . import service_sla_escalation
from . import service_sla_escalated
from . import service_ticket_sla
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves

# knowledge
from . import service_article
from . import service_article_state
from . import service_article_version
from . import service_article_index
from . import service_article_word
from . import service_article_search
from . import service_synonym
from . import service_ticket_article
from . import service_ticket_suggestion
from . import service_search_log
from . import service_help_session
from . import service_ticket_portal
from . import res_company_portal
from . import res_config_settings_portal

# complaints
from . import mail_activity_complaint
from . import res_company_complaint
from . import res_config_settings_complaint
from . import service_event
from . import service_event_head
from . import service_event_payload
from . import service_event_proof
from . import service_external_body
from . import service_root_cause
from . import service_complaint
from . import service_complaint_state
from . import service_complaint_deadline
from . import service_complaint_message
from . import service_complaint_accused
from . import service_complaint_reminder
from . import service_ticket_complaint
from . import service_remedy
from . import service_remedy_state
from . import service_remedy_execute
from . import service_remedy_compensation
from . import service_remedy_level
from . import service_remedy_lock
from . import service_complaint_remedy
from . import product_category_guarantee
from . import service_complaint_guarantee
from . import service_complaint_case
from . import service_complaint_portal
from . import account_move_line_remedy
from . import account_move_remedy
from . import res_partner_complaint

# satisfaction
from . import service_rating
from . import service_team_rating
from . import service_ticket_rating
from . import res_company_rating
from . import res_config_settings_rating
from . import res_partner_rating
from . import res_partner_ticket
from . import res_partner_effort
from . import crm_board

# entitlements
from . import service_plan
from . import product_template_plan
from . import service_asset
from . import service_asset_portal
from . import service_contract
from . import service_contract_line
from . import service_contract_renewal
from . import service_entitlement
from . import service_entitlement_use
from . import stock_move_asset
from . import service_ticket_cover
from . import repair_order_cover
