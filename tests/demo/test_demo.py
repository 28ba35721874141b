"""The demo company of a small size: it is made, and each role finds something to do."""

import pytest
from runner.paths import LOGS

# takes 90 seconds
#: Each statement gives one number that must be above 0.
FOUND = {
    "messages of callers": "select count(*) from cti_sound",
    "customers": "select count(*) from res_partner where customer_rank > 0",
    "stages of orders": "select count(distinct tracking_stage) - 2 from sale_order",
    "overdue invoices": """
        select count(*) from account_move where move_type = 'out_invoice'
           and state = 'posted' and amount_residual > 0
           and invoice_date_due < current_date""",
    "collections": "select count(*) from crm_collection",
    "lifecycle stages": "select count(distinct stage) - 1 from crm_lifecycle",
    "territories": "select count(*) from sfa_territory",
    "customers in territories": """
        select count(*) from res_partner where sfa_territory_id is not null""",
    "categories in use": """
        select count(*) from res_partner where sfa_category_id is not null""",
    "norms launched": "select count(*) from sfa_norm_launch",
    "actions done": """
        select count(*) from mail_activity where not active and sfa_stopped is not null
        """,
    "conditions of stages": "select count(*) from sfa_stage_gate",
    "announcements": "select count(*) from sfa_announcement",
    "cards opened at the desk": """
        select count(*) from loyalty_service where operation = 'open'""",
    "limits of cards": "select count(*) from loyalty_limit",
    "abuse alerts": "select count(*) from loyalty_alert where action = 'refuse'",
    "tickets being worked on": """
        select count(*) from service_ticket where state = 'open'""",
    "tickets that came by mail": """
        select count(*) from service_ticket t join mail_message m on m.res_id = t.id
         where t.channel = 'mail' and m.model = 'service.ticket'
           and m.message_type = 'email'""",
    "merged tickets": "select count(*) from service_merge",
    "promises kept": "select count(*) from service_sla_clock where state = 'met'",
    "promises that run": """
        select count(*) from service_ticket where sla_deadline is not null""",
    "customers who said how it went": """
        select count(*) from service_rating where score is not null""",
    "entitlements": "select count(*) from service_entitlement",
    "points earned": "select count(*) from loyalty_ledger where kind = 'earn'",
    "points valued": "select count(*) from loyalty_valuation where move_id > 0",
    "stored value booked": """
        select count(*) from loyalty_value_entry where move_id > 0""",
}
#: Each statement must give no row.
FAULTS = """
select 'balance of ' || c.code from loyalty_card c
 where c.points <> (select coalesce(sum(amount), 0) from loyalty_ledger l
                     where l.card_id = c.id)
 union all
select 'two owners of ' || t.name from sfa_territory t
  join sfa_territory_member m on m.territory_id = t.id and m.role = 'owner'
   and m.date_from <= current_date
   and (m.date_to is null or m.date_to >= current_date)
 group by t.id, t.name having count(*) > 1
 union all
select 'entry ' || m.name from account_move m
  join account_move_line l on l.move_id = m.id
 group by m.id, m.name having abs(sum(l.balance)) > 0.001
"""


@pytest.fixture(scope="module")
def database(odoo):
    name = "demo_check"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(
        name, "demo.company:fill", LOGS / "demo_fill.log", customers=20, months=8
    )
    yield name
    odoo.drop(name)


def test_messages_go_where_their_database_goes(odoo, database):
    query = "select sha256 from cti_sound order by id"
    digests = odoo.cluster.sql(query, database).split()
    assert digests
    copy, moved = "demo_copy", "demo_moved"
    odoo.clone(database, copy)
    odoo.rename(copy, moved)
    sounds = odoo.data / "crm_cti/sounds"
    for digest in digests:
        for name in (database, moved):
            assert (sounds / name / digest[:2] / f"{digest}.wav").exists(), name
    assert not (sounds / copy).exists()
    odoo.drop(moved)
    assert not (sounds / moved).exists()


@pytest.mark.parametrize("what", FOUND)
def test_there_is_something_to_see(odoo, database, what):
    assert int(odoo.cluster.sql(FOUND[what], database)) > 0


def test_the_books_agree(odoo, database):
    assert odoo.cluster.sql(FAULTS, database) == ""
