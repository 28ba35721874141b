from . import common
from . import test_ticket
from . import test_tools

# channels
from . import mail_common
from . import smtp
from . import test_assignment
from . import test_channel_tour
from . import test_identity
from . import test_macro
from . import test_mail
from . import test_mail_out
from . import test_merge
