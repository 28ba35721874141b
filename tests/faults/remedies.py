"""Workers that log events, ask for remedies and carry them out, all at once.

Run by the tests through `runner.inside`.
"""

import json
import random

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.service.model import retrying

PARAMETER = "test.remedies"
#: Invoices that nobody has touched yet.
FRESH = 6
#: Of 100 pieces for 10 each; nobody may get back more.
INVOICED = 1000


def prepare(env, remedies):
    """Make a complaint in execution with approved remedies, and one to ask on.

    :param remedies: how many transfers and credit notes wait to be carried out
    """
    env = env(context={**env.context, "tracking_disable": True})
    customer = env["res.partner"].create({"name": "Customer"})
    line, delivery = sell(env, customer)
    complaints = env["service.complaint"].create(
        [
            {"name": name, "partner_id": customer.id, "user_id": SUPERUSER_ID}
            for name in ("Execute", "Ask")
        ]
    )
    complaints.write(
        {
            "finding": "Broken",
            "root_cause_id": env.ref("crm_service.service_root_cause_product").id,
            "liability": "company",
            "outcome": "upheld",
        }
    )
    complaints.action_acknowledge()
    complaints.action_investigate()
    complaints.action_propose()
    made = env["service.remedy"].create(
        [
            {
                "complaint_id": complaints[0].id,
                "kind": ("refund", "return")[number % 2],
                "invoice_line_id": line.id,
                "delivery_id": delivery.id,
                "product_id": line.product_id.id,
                "quantity": 1,
            }
            for number in range(remedies)
        ]
    )
    made.action_request()
    approver = env["res.users"].create(
        {
            "name": "Approver",
            "login": "approver",
            "group_ids": [
                Command.link(env.ref("crm_service.crm_service_group_manager").id)
            ],
        }
    )
    waiting = made.filtered(lambda remedy: remedy.step == "waiting")
    waiting.with_user(approver).action_approve()
    complaints[0].action_submit()
    complaints[0].action_accept()
    known = {
        "complaints": complaints.ids,
        "remedies": made.ids,
        "line": line.id,
        "fresh": [sell(env, customer)[0].id for _number in range(FRESH)],
    }
    env["ir.config_parameter"].set_param(PARAMETER, json.dumps(known))


def sell(env, customer):
    """Deliver and invoice a hundred pieces.

    :return: (line of the invoice, transfer)
    """
    product = env["product.product"].create(
        {
            "name": "Piece",
            "is_storable": True,
            "list_price": INVOICED / 100,
            "invoice_policy": "order",
            "taxes_id": False,
        }
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 100)
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 100})
            ],
        }
    )
    order.action_confirm()
    order.picking_ids.move_ids.picked = True
    order.picking_ids.button_validate()
    invoice = order._create_invoices()
    invoice.action_post()
    return invoice.invoice_line_ids, order.picking_ids


def known(env):
    return json.loads(env["ir.config_parameter"].get_param(PARAMETER))


def tried(registry, act):
    """Do something in a transaction of its own, tried again as the platform does."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        try:
            retrying(lambda: act(env), env)
        except (LockError, ConcurrencyError):
            cursor.rollback()
            return "locked"
        except UserError:
            cursor.rollback()
            return "refused"
    return "done"


def ask_first(env, number, path):
    """Credit a fresh invoice wholly: by hand, or by the first remedy, at once."""
    facts = known(env)
    env.cr.commit()
    with open(path, "a") as answers:
        for line_id in facts["fresh"]:

            def act(env, line_id=line_id):
                price = env["account.move.line"].browse(line_id).price_total
                if number % 2:
                    credit(env, line_id, price)
                else:
                    reduce(env, facts["complaints"][1], line_id, price)

            answers.write(f"{line_id} {tried(env.registry, act)}\n")
            answers.flush()


def execute(env, number, path):
    """Carry out all remedies, each worker in a sequence of its own."""
    ids = known(env)["remedies"]
    random.Random(number).shuffle(ids)
    env.cr.commit()
    with open(path, "a") as answers:
        for id_ in ids:

            def act(env, id_=id_):
                env["service.remedy"].browse(id_).action_execute()

            answers.write(f"{id_} {tried(env.registry, act)}\n")
            answers.flush()


def log(env, number, path, events):
    """Add events to one complaint, at the same time as the other workers."""
    complaint_id = known(env)["complaints"][1]
    env.cr.commit()
    with open(path, "a") as answers:
        for event in range(events):

            def act(env, event=event):
                complaint = env["service.complaint"].browse(complaint_id)
                payload = {"note": f"{number}/{event}"}
                complaint._log_event("changed", {complaint_id: payload})

            answers.write(f"{tried(env.registry, act)}\n")


def ask(env, number, path, times, amount):
    """Ask again and again for a part of what was invoiced; some by hand."""
    facts = known(env)
    env.cr.commit()

    def remedy(env):
        reduce(env, facts["complaints"][1], facts["line"], amount)

    def by_hand(env):
        credit(env, facts["line"], amount)

    with open(path, "a") as answers:
        for time in range(times):
            act = by_hand if (number + time) % 3 == 0 else remedy
            answers.write(f"{tried(env.registry, act)}\n")


def reduce(env, complaint_id, line_id, amount):
    """Ask for a price reduction."""
    made = env["service.remedy"].create(
        {
            "complaint_id": complaint_id,
            "kind": "price_reduction",
            "invoice_line_id": line_id,
            "reduction": amount,
        }
    )
    made.action_request()


def credit(env, line_id, amount):
    """Write and book a credit note by hand."""
    line = env["account.move.line"].browse(line_id)
    piece = {
        "product_id": line.product_id.id,
        "quantity": 1,
        "price_unit": amount,
        "tax_ids": [Command.clear()],
    }
    note = env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": line.partner_id.id,
            "reversed_entry_id": line.move_id.id,
            "invoice_date": line.move_id.invoice_date,
            "invoice_line_ids": [Command.create(piece)],
        }
    )
    note.action_post()


def check_chains(env):
    """Have all chains of events prove themselves."""
    assert not env["service.event"]._find_broken()
