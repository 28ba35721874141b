from . import cti_call
