# win rate, cycle time, from lead to cash
from . import sfa_pipeline_report
from . import sfa_sales_report
