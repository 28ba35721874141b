from . import account_invoice_report, crm_demand_report
