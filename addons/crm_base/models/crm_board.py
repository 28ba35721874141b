from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

from ..tools.section import link, metric, tiles


class CrmBoard(models.AbstractModel):
    """A page of figures for a role: what needs a look today, and how it goes."""

    _name = "crm.board"
    _description = "Dashboard of a Role"

    @api.model
    @api.readonly
    def get_board(self, role):
        """Give the page of a role, under the rights of the reader.

        :param role: one of `_get_boards`
        :return: ``title``, ``tiles`` and ``sections`` as on the customer's page, and
            ``chart``: False or ``title``, ``labels`` and ``series`` as ``[label,
            numbers]``
        :raise AccessError: there is no such page, or not for the reader
        """
        board = self._get_boards().get(role) if isinstance(role, str) else None
        if not board or not self.env.user.has_group(board["group"]):
            raise AccessError(
                self.env._("This dashboard is for another role. Ask your manager.")
            )
        sections = self._get_sections(role)
        return {
            "title": board["title"],
            "tiles": tiles(sections),
            "sections": sections,
            "chart": self._get_chart(role),
        }

    @api.model
    def _get_boards(self):
        """Give the pages that there are.

        Override with ``super()`` and add one.

        :return: ``{role: {"title": text, "group": external id}}``
        """
        return {}

    @api.model
    def _get_sections(self, role):
        """Give the sections of a page, by `tools.section`; override with ``super()``.

        A part whose records the reader may not read is left out.
        """
        return []

    @api.model
    def _get_chart(self, role):
        """Give the picture of a page; override for an own role.

        :return: False, or a dict with ``title``, ``labels`` and ``series``
        """
        return False

    # -------------------------------------------------------------------------- tools

    @api.model
    def _ago(self, days):
        """Give the moment so many days ago, UTC."""
        return fields.Datetime.now() - timedelta(days=days)

    @api.model
    def _write_money(self, amount):
        """Write an amount of the company without cents."""
        currency = self.env.company.currency_id
        return formatLang(
            self.env, amount or 0, currency_obj=currency, rounding_unit="units"
        )

    @api.model
    def _to_company(self, amount, currency_id):
        """Give an amount in the company's currency, at today's rate."""
        company = self.env.company
        currency = self.env["res.currency"].browse(currency_id) or company.currency_id
        today = fields.Date.context_today(self)
        return currency._convert(
            float(amount), company.currency_id, company, today, round=False
        )

    @api.model
    def _count_metric(self, label, model, domain, *, tile=None, tone=None, count=None):
        """Make a figure of a number of records, which opens them.

        :param tone: where there are any
        :param count: if known already
        """
        if count is None:
            count = self.env[model].search_count(domain)
        return metric(
            label,
            str(count),
            tile=tile,
            tone=tone if count else None,
            action=link(label, model, domain=domain),
        )
