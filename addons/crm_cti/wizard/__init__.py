from . import cti_task_drop
