import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_cti.bridge import ari
from odoo.addons.crm_cti.tools import ami, cel, endpoint, facts, hours, sim, wav


@tagged("post_install", "-at_install", "cap_c01")
class TestTools(BaseCase):
    """The examples in the docstrings are true."""

    def test_examples(self):
        for module in (ami, ari, cel, endpoint, facts, hours, sim, wav):
            self.assertFalse(doctest.testmod(module).failed, module)
