import random
from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_gate_stage import StageCase

BEGIN = datetime(2026, 1, 1)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install", "cap_s17")
class TestPipelineReport(StageCase):
    """Win rate, cycle time and the way from stage to stage."""

    def story(self, steps, end=None, closed=None, **vals):
        """Make an opportunity with a history.

        :param steps: ``[(stage, day it was entered)]``, days after the beginning
        :param end: ``won`` or ``lost`` on the day ``closed``
        """
        lead = self.make_lead(**vals).sudo()
        self.env.cr.execute("DELETE FROM sfa_stage_log WHERE lead_id = %s", [lead.id])
        self.env.invalidate_all()
        following = [day for _stage, day in steps[1:]] + [None]
        self.env["sfa.stage.log"].create(
            [
                {
                    "lead_id": lead.id,
                    "stage_id": stage.id,
                    "entered_on": BEGIN + day * DAY,
                    "left_on": left is not None and BEGIN + left * DAY,
                    "user_id": self.seller.id,
                }
                for (stage, day), left in zip(steps, following, strict=True)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE crm_lead
               SET create_date = %s, stage_id = %s, won_status = %s, active = %s,
                   date_closed = %s, probability = %s
             WHERE id = %s
            """,
            [
                BEGIN + steps[0][1] * DAY,
                steps[-1][0].id,
                end or "pending",
                end != "lost",
                end and BEGIN + closed * DAY,
                {"won": 100, "lost": 0}.get(end, 50),
                lead.id,
            ],
        )
        self.env.invalidate_all()
        return lead

    def figures(self, groupby, measures, user=None, domain=()):
        rows = (
            self.env["sfa.pipeline.report"]
            .with_user(user or self.sfa_manager)
            ._read_group([("team_id", "=", self.team.id), *domain], groupby, measures)
        )
        return {
            row[0] if len(groupby) == 1 else row[: len(groupby)]: row for row in rows
        }

    def test_by_hand(self):
        """Four opportunities whose figures fit on a sheet of paper.

        A: fresh 0, known 2, quoted 5, won 10           -> won after 10 days
        B: fresh 0, known 4, lost 6                     -> lost
        C: fresh 0, known 1, back to fresh 3, known 8, won on 20 -> won after 20 days
        D: fresh 0, open                                -> nothing yet
        """
        self.story(
            [(self.fresh, 0), (self.known, 2), (self.quoted, 5), (self.won, 10)],
            "won",
            10,
        )
        self.story([(self.fresh, 0), (self.known, 4)], "lost", 6)
        self.story(
            [
                (self.fresh, 0),
                (self.known, 1),
                (self.fresh, 3),
                (self.known, 8),
                (self.won, 20),
            ],
            "won",
            20,
            user=self.other_seller,
        )
        self.story([(self.fresh, 0)])
        whole = self.figures(
            ["team_id"],
            [
                "lead_count:sum",
                "won_count:sum",
                "lost_count:sum",
                "win_rate:avg",
                "cycle_days:avg",
            ],
        )[self.team]
        self.assertEqual(whole[1:4], (4, 2, 1))
        self.assertAlmostEqual(whole[4], 100 * 2 / 3)
        self.assertAlmostEqual(whole[5], 15)
        people = self.figures(["user_id"], ["win_rate:avg", "lead_count:sum"])
        self.assertAlmostEqual(people[self.seller][1], 50)
        self.assertAlmostEqual(people[self.other_seller][1], 100)
        stages = self.figures(
            ["stage_id"],
            ["stage_entries:sum", "conversion:avg", "won_after:avg", "stage_days:avg"],
            domain=[("won_status", "!=", "pending")],
        )
        # fresh: A, B and C went on; two of three were won; stays of 2, 4, 1 and 5 days
        self.assertEqual(stages[self.fresh][1], 3)
        self.assertAlmostEqual(stages[self.fresh][2], 100)
        self.assertAlmostEqual(stages[self.fresh][3], 200 / 3)
        self.assertAlmostEqual(stages[self.fresh][4], 3)
        # known: A and C went on, B was lost there; stays of 3, 2, 2 and 12 days
        self.assertEqual(stages[self.known][1], 3)
        self.assertAlmostEqual(stages[self.known][2], 200 / 3)
        self.assertAlmostEqual(stages[self.known][4], 19 / 4)
        # quoted: A alone
        self.assertEqual(stages[self.quoted][1:4], (1, 100, 100))
        self.assertAlmostEqual(stages[self.quoted][4], 5)
        self.assertEqual(stages[self.won][1], 2)
        self.assertFalse(stages[self.won][2])

    def test_against_a_count_by_records(self):
        rng = random.Random(17)
        ladder = [self.fresh, self.known, self.quoted]
        sources = self.env["utm.source"].create([{"name": "P"}, {"name": "Q"}])
        stories = []
        for _number in range(25):
            steps, day = [(self.fresh, 0)], 0
            for _step in range(rng.randint(0, 5)):
                stage = rng.choice([s for s in ladder if s != steps[-1][0]])
                day += rng.randint(1, 9)
                steps.append((stage, day))
            end = rng.choice(["won", "lost", None])
            day += rng.randint(1, 9)
            if end == "won":
                steps.append((self.won, day))
            source = rng.choice(sources)
            self.story(steps, end, day if end else None, source_id=source.id)
            stories.append((steps, end, day, source))
        rows = self.figures(
            ["source_id"], ["lead_count:sum", "win_rate:avg", "cycle_days:avg"]
        )
        for source in sources:
            own = [story for story in stories if story[3] == source]
            decided = [story for story in own if story[1]]
            won = [story for story in own if story[1] == "won"]
            self.assertEqual(rows[source][1], len(own))
            self.assertAlmostEqual(rows[source][2], 100 * len(won) / len(decided))
            days = sum(story[2] for story in won) / len(won)
            self.assertAlmostEqual(rows[source][3], days)
        rows = self.figures(["stage_id"], ["stage_entries:sum", "conversion:avg"])
        places = {stage: place for place, stage in enumerate([*ladder, self.won])}
        for stage in ladder:
            went = []
            for steps, end, _day, _source in stories:
                names = [step[0] for step in steps]
                if stage not in names:
                    continue
                later = names[names.index(stage) + 1 :]
                if any(places[s] > places[stage] for s in later):
                    went.append(100)
                else:
                    went.append(0 if end == "lost" else None)
            counted = [value for value in went if value is not None]
            self.assertEqual(rows[stage][1], len(went))
            self.assertAlmostEqual(rows[stage][2], sum(counted) / len(counted))

    def test_rights_and_companies(self):
        self.story([(self.fresh, 0)], "lost", 3)
        self.story([(self.fresh, 0)], "lost", 3, user=self.other_seller)
        mine = self.figures(["team_id"], ["lead_count:sum"], self.seller)
        self.assertEqual(mine[self.team][1], 1)
        self.env["crm.lead"].search(
            [("team_id", "=", self.team.id), ("active", "=", False)]
        ).write({"company_id": self.company.id})
        self.assertFalse(
            self.figures(["team_id"], ["lead_count:sum"], self.foreign_manager)
        )
        with self.assertRaises(AccessError):
            self.figures(["team_id"], ["lead_count:sum"], self.demoted)


@tagged("post_install", "-at_install", "cap_s17")
class TestSalesReport(StageCase):
    """Opportunities, orders and payments in one table."""

    def test_lead_to_cash(self):
        self.company.sfa_quote_gate = False
        source = self.env["utm.source"].create({"name": "Fair"})
        category = self.env["sfa.customer.category"].create({"name": "Cash"})
        self.customer.sfa_category_id = category
        lead = self.make_lead(
            expected_revenue=1000, probability=40, source_id=source.id
        )
        paid = self.make_quotation(
            self.good, opportunity_id=lead.id, source_id=source.id
        )
        part = self.make_quotation(self.good, self.thin, source_id=source.id)
        self.make_quotation(self.good, source_id=source.id)
        cancelled = self.make_quotation(self.good, source_id=source.id)
        cancelled.action_cancel()
        orders = (paid | part).sudo()
        orders.action_confirm()
        (self.good | self.thin).invoice_policy = "order"
        for order in orders:
            order._create_invoices().action_post()
        self.pay(paid.sudo().invoice_ids, 200)
        self.pay(part.sudo().invoice_ids, 150)
        names = [
            "lead_count",
            "order_count",
            "quotation_count",
            "expected_revenue",
            "weighted_revenue",
            "quoted",
            "ordered",
            "invoiced",
            "collected",
            "to_collect",
        ]
        for user in (self.seller, self.sfa_manager):
            ((_category, *sums),) = (
                self.env["sfa.sales.report"]
                .with_user(user)
                ._read_group(
                    [("source_id", "=", source.id)],
                    ["category_id"],
                    [f"{name}:sum" for name in names],
                )
            )
            self.assertEqual(_category, category)
            for name, value, wanted in zip(
                names, sums, [1, 2, 1, 1000, 400, 200, 600, 600, 350, 250], strict=True
            ):
                self.assertAlmostEqual(value, wanted, 2, name)
        # the same figures as order tracking gives
        data = orders._tracking_data()
        for order in orders:
            ((invoiced, collected),) = self.env["sfa.sales.report"]._read_group(
                [("order_id", "=", order.id)], [], ["invoiced:sum", "collected:sum"]
            )
            self.assertAlmostEqual(invoiced, data[order.id]["amount_invoiced_company"])
            self.assertAlmostEqual(collected, data[order.id]["amount_paid_company"])
        self.assertFalse(
            self.env["sfa.sales.report"]
            .with_user(self.other_seller)
            .search_count([("source_id", "=", source.id)])
        )
        self.assertFalse(
            self.env["sfa.sales.report"]
            .with_user(self.foreign_manager)
            .search_count([("order_id", "in", orders.ids)])
        )

    def pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"amount": amount, "payment_date": fields.Date.today()}
        )._create_payments()

    def test_other_currency(self):
        self.company.sfa_quote_gate = False
        currency = self.env["res.currency"].create(
            {
                "name": "GAT",
                "symbol": "G",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "company_rate": 2.0})
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "G", "currency_id": currency.id}
        )
        order = self.make_quotation(self.good, pricelist_id=pricelist.id)
        order.order_line.price_unit = 300
        row = self.env["sfa.sales.report"].search([("order_id", "=", order.id)])
        self.assertAlmostEqual(row.quoted, 300)
        self.assertEqual(row.currency_id, self.company.currency_id)
