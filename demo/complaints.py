"""Complaints of customers, in every phase, with remedies behind some of them."""

from datetime import datetime, time, timedelta

from freezegun import freeze_time

#: Days between two steps.
APART = 1.4
#: Subject, wish, cause, liability, remedy, external body.
CASES = (
    ("打印机两次维修后仍卡纸 Printer jams after two repairs", "退货 Money back",
     "product", "supplier", "refund", "12315"),
    ("外箱破损, 纸张受潮 Box torn, paper wet", "换货 Another one",
     "delivery", "carrier", "replacement", None),
    ("价格与报价不一致 Price differs from the quotation", "退差价 The difference",
     "billing", "company", "price_reduction", "platform"),
    ("客服电话中态度生硬 Rude on the telephone", "道歉 An apology",
     "conduct", "company", "apology", None),
    ("椅子说明与实物不符 Chair not as described", "退货 Money back",
     "promise", "company", "return", None),
    ("使用不当后要求赔偿 Damage after wrong use", "赔偿 Compensation",
     "use", "customer", None, None),
)  # fmt: skip
#: How far complaints have come.
PHASES = (
    "intake",
    "acknowledged",
    "investigating",
    "proposal",
    "awaiting",
    "executing",
    "call_back",
    "closed",
)
STEPS = (
    "action_acknowledge",
    "action_investigate",
    "action_propose",
    "action_submit",
    "action_accept",
    "action_call_back",
    "action_close",
)
WORDS = {
    "refund": "全额退款 We give the money back",
    "replacement": "免费更换 We send another one",
    "price_reduction": "退还差价 We give the difference back",
    "apology": "我们为此致歉 We are sorry for it",
    "return": "安排上门取货 We collect it",
}


def make(demo):
    """Let customers complain, and officer and manager find a way out."""
    env = demo.env
    manager = demo.users["manager"]
    manager.group_ids |= env.ref("crm_service.crm_service_group_manager")
    env["product.category"].search([("parent_id", "=", False)]).guarantee = True
    env["service.remedy.level"].create(
        {"name": "主管 Head", "amount": 200, "approver_ids": [(6, 0, manager.ids)]}
    )
    sales = find_sales(demo)
    for number, (invoice_line, delivery) in enumerate(sales):
        case = CASES[number % len(CASES)]
        far = number % len(PHASES)
        ago = timedelta(days=int(APART * far) + demo.rng.randint(1, 3))
        begun = datetime.combine(demo.today - ago, time(2, number % 60))
        with freeze_time(begun, ignore=["threading", "socket"]) as clock:
            complaint = take_in(demo, case, invoice_line)
            bring(demo, clock, complaint, STEPS[:far], case, invoice_line, delivery)
            demo.env.flush_all()
    deliver_mails(demo)


def deliver_mails(demo):
    """Take mails to customers as sent; the demo company has no mail server."""
    mails = demo.env["mail.mail"].search([("model", "=", "service.complaint")])
    notices = mails.mail_message_id.notification_ids
    notices.write({"notification_status": "sent"})
    mails.unlink()


def find_sales(demo):
    """Give lines of invoices with the deliveries behind them, one a customer."""
    last = demo.today - timedelta(days=int(APART * len(PHASES)) + 4)
    lines = demo.env["account.move.line"].search(
        [
            ("date", "<=", last),
            ("move_id.move_type", "=", "out_invoice"),
            ("parent_state", "=", "posted"),
            ("move_id.reversal_move_ids", "=", False),
            ("sale_line_ids.move_ids.state", "=", "done"),
            ("product_id.type", "=", "consu"),
            ("price_total", ">", 0),
        ],
        order="date desc, id desc",
    )
    found = {}
    for line in lines:
        moves = line.sale_line_ids.move_ids.filtered(
            lambda move: move.state == "done" and not move.returned_move_ids
        )
        outgoing = moves.picking_id.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )
        if outgoing:
            found.setdefault(line.move_id.commercial_partner_id, (line, outgoing[0]))
    return list(found.values())[: 2 * len(PHASES)]


def take_in(demo, case, line):
    """Record what a customer says."""
    subject, wish, _cause, _liability, _kind, body = case
    complaints = (
        demo.env["service.complaint"]
        .with_user(demo.users["service"])
        .with_context(mail_notify_force_send=False)
    )
    values = {
        "name": subject,
        "wish": wish,
        "description": subject,
        "partner_id": line.partner_id.id,
        "sale_line_id": line.sale_line_ids[:1].id,
        "user_id": demo.users["service"].id,
        "channel": demo.rng.choice(("phone", "mail", "web", "desk")),
        "priority": demo.rng.choice(("1", "1", "2", "3")),
    }
    if body:
        values["body_id"] = demo.env.ref(f"crm_service.service_external_body_{body}").id
        values["body_number"] = f"{body}-{demo.rng.randint(10**6, 10**7)}"
    return complaints.create(values)


def bring(demo, clock, complaint, steps, case, line, delivery):
    """Take the steps of a complaint, days apart."""
    _subject, _wish, cause, liability, kind, _body = case
    for step in steps:
        clock.tick(timedelta(days=APART))
        if step == "action_propose":
            complaint.write(
                {
                    "finding": f"核实无误 Confirmed: {complaint.name}",
                    "root_cause_id": demo.env.ref(
                        f"crm_service.service_root_cause_{cause}"
                    ).id,
                    "liability": liability,
                }
            )
        if step == "action_submit":
            decide(demo, complaint, kind, line, delivery)
        if step == "action_call_back":
            execute(demo, complaint)
        if step == "action_close":
            complaint.call_back_result = demo.rng.choice(("satisfied", "unreached"))
        getattr(complaint, step)()


def decide(demo, complaint, kind, line, delivery):
    """Offer something, or refuse in writing."""
    if not kind:
        complaint.write(
            {
                "outcome": "rejected",
                "refusal": "人为损坏不在保修范围 Not in the warranty",
            }
        )
        return
    complaint.write({"outcome": "upheld", "proposal": WORDS[kind]})
    remedy = complaint.env["service.remedy"].create(
        {
            "complaint_id": complaint.id,
            "kind": kind,
            "note": WORDS[kind],
            "invoice_line_id": line.id,
            "delivery_id": delivery.id,
            "product_id": line.product_id.id,
            "reduction": round(line.price_total / 10, 2),
        }
    )
    remedy.action_request()
    if remedy.step == "waiting":
        remedy.with_user(demo.users["manager"]).action_approve()


def execute(demo, complaint):
    """Carry remedies out, and let accounting and the warehouse do their part."""
    for remedy in complaint.remedy_ids:
        remedy.action_execute()
        documents = remedy.with_env(demo.env)
        if documents.credit_note_id:
            settle(demo, documents.credit_note_id)
        for picking in documents.return_id | documents.replacement_id:
            picking.action_assign()
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()


def settle(demo, note):
    """Book a credit note, and pay out what the customer had paid."""
    note.action_post()
    if note.payment_state not in ("paid", "in_payment", "reversed"):
        register = demo.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        register.create({})._create_payments()
