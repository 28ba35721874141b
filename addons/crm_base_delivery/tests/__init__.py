from . import test_tracking_link
