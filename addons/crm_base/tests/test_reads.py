from psycopg2.errors import ReadOnlySqlTransaction

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmBaseCase
from .reads import ReadsOnly, read_only


@tagged("post_install", "-at_install", "cap_a12", "cap_e01")
class TestReads(ReadsOnly, CrmBaseCase):
    """Pages and dashboards only read, so that a replica can answer them."""

    addon = "crm_base"

    def _get_reads(self):
        clerk = self.customer.with_user(self.manager)
        role, board = next(iter(self.env["crm.board"]._get_boards().items()))
        reader = self._new_user("reads_board", board["group"])
        return {
            "crm.board.get_board": (self.env["crm.board"].with_user(reader), [role]),
            "res.partner.action_open_customer_page": (clerk, []),
            "res.partner.action_open_relations": (clerk, []),
            "res.partner.get_customer_page": (clerk, []),
            "res.partner.get_customer_timeline": (clerk, []),
            "res.partner.get_customer_timeline_action": (
                clerk,
                ["res.partner", clerk.id],
            ),
            "res.partner.get_relation_network": (clerk, []),
            "res.partner.lookup_customer": (clerk, ["Acme"]),
        }

    def test_every_dashboard_only_reads(self):
        for role, board in self.env["crm.board"]._get_boards().items():
            reader = self._new_user(f"reads_{role}", board["group"])
            with self.subTest(role=role), read_only(self.env):
                self.env["crm.board"].with_user(reader).get_board(role)

    def test_writing_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ReadOnlySqlTransaction):
            with read_only(self.env):
                self.customer.comment = "Written"
                self.env.flush_all()
