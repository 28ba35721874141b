from odoo.tests import tagged

from odoo.addons.crm_base.tests.reads import ReadsOnly

from .common import SfaCase


@tagged("post_install", "-at_install", "cap_s06", "cap_s18")
class TestReads(ReadsOnly, SfaCase):
    """What the calendar and the announcements ask again and again only reads."""

    addon = "crm_sfa"

    def _get_reads(self):
        def mine(model):
            return self.env[model].with_user(self.seller)

        return {
            "sfa.announcement.get_mine": (mine("sfa.announcement"), []),
            "sfa.schedule.entry.get_unusual_days": (
                mine("sfa.schedule.entry"),
                ["2030-01-01 00:00:00", "2030-02-01 00:00:00"],
            ),
        }
