from odoo import api, fields, models

from ..tools import profit

#: Customers that the page names; the others are a click away.
SHOWN = 8
#: Place of an activity whose addon is gone: after all others.
LAST = 10_000


class MiningProfit(models.Model):
    """The pages of profit read their figures here."""

    _inherit = "mining.profit"

    @api.model
    @api.readonly
    def get_page(self):
        """Give what the page of the current company shows.

        :return: ``currency_id``, ``may_run``, ``rates`` (how many say
            what an activity costs) and ``run``: False, or the published run with its
            sums, ``whale`` as ``[place, cumulated profit]``, ``losing``: the customers
            who lose most, ``measures`` and ``bridge``
        :raise AccessError: the user is no analyst
        """
        self.check_access("read")
        company = self.env.company
        run = self.env["mining.run"]._get_published(
            "profit", ["date_from", "date_to", "pictures", "model_id"]
        )
        return {
            "currency_id": company.currency_id.id,
            "may_run": self.env["mining.model"].has_access("write"),
            "rates": self.env["mining.activity.rate"].search_count(
                [("company_id", "=", company.id)], limit=1
            ),
            "run": run and self._prepare_page_run(run),
        }

    def _prepare_page_run(self, run):
        losing = self.search_fetch(
            [("run_id", "=", run.id), ("profit", "<", 0)],
            ["partner_id", "profit", "reasons", "measure", "company_id"],
            order="place DESC, id",
            limit=SHOWN,
        )
        labels = dict(self._fields["measure"]._description_selection(self.env))
        bridge = self.env["mining.profit.bridge"].search_fetch(
            [("run_id", "=", run.id)], order="sequence, id"
        )
        steps = dict(bridge._fields["key"]._description_selection(self.env))
        return {
            "id": run.id,
            "date_from": fields.Date.to_string(fields.Date.add(run.date_from, days=1)),
            "date_to": fields.Date.to_string(run.date_to),
            **run.pictures,
            "measures": [
                [measure, labels.get(measure, ""), count, loss]
                for measure, count, loss in run.pictures["measures"]
            ],
            "losers": [
                {
                    "id": one.id,
                    "name": one.partner_id.display_name,
                    "profit": one.profit,
                    "why": one.reasons_text,
                    "measure": labels.get(one.measure, ""),
                }
                for one in losing
            ],
            "bridge": [
                {
                    "id": step.id,
                    "key": step.key,
                    "label": steps[step.key],
                    "revenue": step.revenue,
                    "cost": step.cost,
                    "margin": step.margin,
                }
                for step in bridge
                if step.revenue or step.cost or step.key in ("rest", "ledger")
            ],
        }

    @api.readonly
    def get_waterfall(self, peer=None):
        """Give how the profit of one customer comes about, and why it differs.

        :param peer: key of the group to compare with, of those that `peers` gave
        :return: ``name``, ``currency_id``, ``peer`` (key of the group), ``peers``: all
            groups as ``[key, name]``, ``gap``, ``proposal``, and ``steps``: list of
            ``key``, ``label``, ``amount`` (signed, company currency), ``gap`` (against
            the group), ``quantity`` of an activity, ``total`` (the step is a sum of
            those before) and ``part_id``
        :raise AccessError: the user may not read the profit of this customer
        """
        self.ensure_one()
        self.check_access("read")
        peers = self.peers or [self.peer]
        if peer not in peers:
            peer = self.peer
        parts = self.env["mining.profit.part"].search_fetch(
            [
                ("run_id", "=", self.run_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            ["activity", "quantity", "amount"],
        )
        labels = self._component_labels()
        gaps = self._get_gaps(parts, peer)
        proposals = dict(self._fields["measure"]._description_selection(self.env))
        return {
            "name": self.partner_id.display_name,
            "currency_id": self.currency_id.id,
            "peer": peer,
            "peers": [[key, self._get_peer_name(key)] for key in peers],
            "gap": sum(gaps.values()) / 100,
            "proposal": proposals.get(self.measure, ""),
            "steps": [
                *self._get_steps(labels, gaps),
                *self._get_activity_steps(parts, labels, gaps),
                self._get_step("profit", labels, gaps, total=True),
            ],
        }

    def _get_steps(self, labels, gaps):
        names = ("list_sales", "discount", "loyalty", "returns", "net_sales", "goods")
        steps = [
            self._get_step(
                name, labels, gaps, total=name in ("list_sales", "net_sales")
            )
            for name in names
        ]
        steps.append(self._get_step("margin", labels, gaps, total=True))
        return [
            step for step in steps if step["total"] or step["amount"] or step["gap"]
        ]

    def _get_step(self, name, labels, gaps, total):
        described = self.fields_get([name], ["string"])[name]["string"]
        return {
            "key": name,
            "label": labels.get(name, described),
            "amount": self[name],
            "gap": gaps.get(name, 0) / 100,
            "quantity": 0,
            "total": total,
            "part_id": False,
        }

    def _get_activity_steps(self, parts, labels, gaps):
        """Give the activities: those for the customer, and those for the group only.

        One whose addon is gone since the run keeps its amount, under its key.
        """
        deductions = self.run_id._get_deductions()
        served = {part.activity: part for part in parts}
        kinds = self.env["res.partner"]._customer_effort_kinds()
        names = sorted(
            {*served, *gaps} - {*deductions, *profit.COMPONENTS},
            key=lambda name: (kinds.get(name, {}).get("sequence", LAST), name),
        )
        none = self.env["mining.profit.part"]
        return [
            {
                "key": name,
                "label": labels.get(name, name),
                "amount": -served.get(name, none).amount,
                "gap": gaps.get(name, 0) / 100,
                "quantity": served.get(name, none).quantity,
                "total": False,
                "part_id": served.get(name, none).id,
            }
            for name in names
        ]

    def _get_gaps(self, parts, peer):
        """Give the gap to a group by component, in cents; to the first, of `gap`."""
        deductions = self.run_id._get_deductions()
        own = {name: round(self[name] * 100) for name in profit.COMPONENTS}
        for part in parts:
            if part.activity not in deductions:
                own[part.activity] = -round(part.amount * 100)
        sales, of_peers = self.run_id.parameters["peers"][peer]
        return profit.decompose(own, of_peers, round(self.list_sales * 100), sales)

    def _get_peer_name(self, peer):
        """Name a group that the customer is compared with."""
        model, _comma, record_id = (peer or "").partition(",")
        if record_id and model in self.env and record_id.isdigit():
            record = self.env[model].browse(int(record_id)).exists()
            if record and record.has_access("read"):
                return record.display_name
            return self.env["ir.model"]._get(model).display_name
        if model and not record_id:
            return self.env._("Tier %(tier)s", tier=model)
        return self.env._("All customers")
