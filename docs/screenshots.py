"""Make the pictures of the user guide from a running client.

Run `./crm serve` with the demo company in one terminal and `./crm screenshots` in
another. Needs Chromium; `./crm test` fetches it where the machine has none.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
VIEW = ".o_view_controller"
# name, login, address, what must stand on the page before the picture is taken
PAGES = [
    ("customers", "sales", "/odoo/customer-pages", VIEW),
    ("customer-page", "manager", "{customer_page}", ".o_crm_page_grid"),
    ("order", "manager", "{order}", VIEW),
    ("orders", "manager", "/odoo/action-sale.action_orders", VIEW),
    ("segments", "manager", "/odoo/action-crm_base.crm_segment_action", VIEW),
    (
        "duplicates",
        "manager",
        "/odoo/action-crm_base.crm_duplicate_action",
        VIEW,
    ),
    ("collection", "accountant", "/odoo/collection", VIEW),
    ("expected-demand", "planner", "/odoo/expected-demand", VIEW),
    (
        "sales-history-import",
        "manager",
        "/odoo/sales-history-imports",
        VIEW,
    ),
    (
        "invoice-analysis",
        "accountant",
        "/odoo/action-account.action_account_invoice_report_all",
        VIEW,
    ),
    ("schedule", "sales", "/odoo/sales-schedule", ".fc-timegrid-event, .fc-event"),
    ("territories", "manager", "/odoo/territories", VIEW),
    ("realignment", "manager", "{realignment}", VIEW),
    ("effort-against-value", "manager", "/odoo/effort-against-value", VIEW),
    ("quotation-held", "sales", "{quotation_held}", VIEW),
    ("opportunity-missing", "manager", "{opportunity_missing}", ".o_sfa_gate_missing"),
    ("announcement", "manager", "{announcement}", VIEW),
    ("member-card", "clerk", "{member_card}", VIEW),
    ("loyalty-desk", "clerk", "/odoo/loyalty-desk", VIEW),
    ("deposit", "clerk", "{deposit}", VIEW),
    ("stored-value-card", "clerk", "{wallet}", VIEW),
    ("alerts", "manager", "/odoo/action-crm_loyalty.loyalty_alert_action", VIEW),
    ("points-valued", "accountant", "{valuation}", VIEW),
    ("service-desk", "service", "/odoo/service-desk", ".o_service_desk_ticket"),
    ("ticket", "service", "{ticket}", VIEW),
    ("tickets-due", "service", "/odoo/tickets-due", VIEW),
    ("articles", "service", "/odoo/action-crm_service.service_article_action", VIEW),
    ("satisfaction", "service", "/odoo/satisfaction", VIEW),
    ("products-in-use", "service", "/odoo/products-in-use", VIEW),
    ("complaint", "service", "{complaint}", VIEW),
    ("portal-help", "portal", "/help", "#wrapwrap"),
    ("portal-cards", "portal", "/my/loyalty", "#wrapwrap"),
    ("portal-card", "portal", "{portal_card}", "#wrapwrap"),
    ("portal-order", "portal", "{portal_order}", "#wrapwrap"),
]


class Client:
    """A browser that is logged in as one person."""

    def __init__(self, browser, base, login, viewport, language):
        self.base = base
        self.context = browser.new_context(
            viewport=viewport, locale=language, timezone_id="Asia/Shanghai"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)
        self.problems = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)[:300]))
        self.page.on(
            "response",
            lambda r: (
                self.problems.append(f"{r.status} {r.url}") if r.status >= 400 else None
            ),
        )
        self.page.goto(f"{base}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar, #wrapwrap .o_portal_my_home")

    def call(self, model, method, *args, **kwargs):
        """Call a method as this person, as the client does."""
        return self.page.evaluate(
            """async ([model, method, args, kwargs]) => {
                const reply = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                    method: "POST",
                    headers: {"Content-Type": "application/json"},
                    body: JSON.stringify({jsonrpc: "2.0", method: "call", id: 1,
                        params: {model, method, args, kwargs}}),
                });
                const data = await reply.json();
                if (data.error) throw new Error(data.error.data.message);
                return data.result;
            }""",
            [model, method, list(args), kwargs],
        )

    def shoot(self, address, wait, target):
        """Open an address and take its picture."""
        self.page.goto(self.base + address)
        self.page.wait_for_selector(wait)
        self.page.wait_for_timeout(1500)
        self.page.screenshot(path=str(target))


def find_addresses(client):
    """Look for the customer and the orders that show most."""
    busiest = client.call(
        "sale.order",
        "formatted_read_group",
        [["state", "=", "sale"], ["tracking_stage", "=", "in_production"]],
        ["partner_id"],
        ["__count"],
    ) or client.call(
        "sale.order",
        "formatted_read_group",
        [["state", "=", "sale"]],
        ["partner_id"],
        ["__count"],
    )
    partner_id = max(busiest, key=lambda group: group["__count"])["partner_id"][0]
    (order_id, *_rest) = client.call(
        "sale.order",
        "search",
        [["partner_id", "=", partner_id], ["state", "=", "sale"]],
        limit=1,
    )
    return {
        "customer_page": f"/odoo/customer-pages/customer-page/{partner_id}",
        "order": f"/odoo/action-sale.action_orders/{order_id}",
        **find_sales_force(client),
    }


def find_sales_force(client):
    """Look for what shows the work of the sales force and the members."""

    def first(model, domain, order="id"):
        found = client.call(model, "search_read", domain, ["id"], order=order, limit=1)
        return found[0]["id"]

    refused = client.call(
        "sfa.approval",
        "search_read",
        [["state", "=", "refused"]],
        ["order_id"],
        limit=1,
    )
    opportunities = client.call(
        "crm.lead",
        "search_read",
        [["type", "=", "opportunity"]],
        ["sfa_gate_missing"],
    )
    lacking = next(lead["id"] for lead in opportunities if lead["sfa_gate_missing"])
    card = first(
        "loyalty.card",
        [["program_id.program_type", "=", "loyalty"]],
        order="points desc",
    )
    quotations = "/odoo/action-sale.action_quotations_with_onboarding"
    opportunity = "/odoo/action-crm.crm_lead_opportunities"
    realignment = first("sfa.territory.run", [["state", "=", "preview"]])
    announcement = first("sfa.announcement", [["must_confirm", "=", True]])
    return {
        "realignment": f"/odoo/action-crm_sfa.sfa_territory_run_action/{realignment}",
        "quotation_held": f"{quotations}/{refused[0]['order_id'][0]}",
        "opportunity_missing": f"{opportunity}/{lacking}",
        "announcement": f"/odoo/announcements/{announcement}",
        "member_card": f"/odoo/action-crm_loyalty.loyalty_card_action_member/{card}",
        **find_stored_value(client),
    }


def find_stored_value(client):
    """Look for a deposit and the card it filled."""
    (deposit,) = client.call(
        "loyalty.deposit",
        "search_read",
        [["state", "=", "paid"]],
        ["card_id"],
        order="bonus desc",
        limit=1,
    )
    card = deposit["card_id"][0]
    return {
        "deposit": f"/odoo/action-crm_loyalty.loyalty_deposit_action/{deposit['id']}",
        "wallet": f"/odoo/action-crm_loyalty.loyalty_card_action_member/{card}",
    }


def find_valuation(client):
    """Give the address of the points of a program as they were valued last."""
    (valuation,) = client.call(
        "loyalty.valuation", "search", [["state", "=", "posted"]], limit=1
    )
    return f"/odoo/action-crm_loyalty.loyalty_valuation_action/{valuation}"


def find_portal_order(client):
    """Give the address of the portal customer's newest order."""
    client.page.goto(f"{client.base}/my/orders")
    return client.page.get_attribute("table a[href*='/my/orders/']", "href")


def find_portal_card(client):
    """Give the address of the portal customer's card."""
    client.page.goto(f"{client.base}/my/loyalty")
    return client.page.get_attribute(
        "a[href^='/my/loyalty/']:not([href*=consent])", "href"
    )


def speak(client, login, language):
    """Let a person's client speak a language."""
    if login == "portal":
        cookie = {"name": "frontend_lang", "value": language, "url": client.base}
        client.context.add_cookies([cookie])
    else:
        me = client.call("res.users", "context_get")["uid"]
        client.call("res.users", "write", [me], {"lang": language})


def find_service(client):
    """Look for a ticket with a product in use, and a complaint with a proposal."""

    def first(model, *domain):
        (id_, *_rest) = client.call(model, "search", list(domain), limit=1)
        return id_

    ticket = first("service.ticket", ["cover", "!=", False])
    complaint = first("service.complaint", ["state", "=", "awaiting"])
    return {
        "ticket": f"/odoo/tickets/{ticket}",
        "complaint": f"/odoo/action-crm_service.service_complaint_action/{complaint}",
    }


def main(base, chromium, languages=("en_US", "zh_CN")):
    """Take every picture in every language, at desktop and phone width."""
    problems = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, headless=True, args=FLAGS
        )
        addresses = find_addresses(Client(browser, base, "manager", DESKTOP, "en-US"))
        portal = Client(browser, base, "portal", DESKTOP, "en-US")
        addresses["portal_order"] = find_portal_order(portal)
        addresses["portal_card"] = find_portal_card(portal)
        accountant = Client(browser, base, "accountant", DESKTOP, "en-US")
        addresses["valuation"] = find_valuation(accountant)
        service = Client(browser, base, "service", DESKTOP, "en-US")
        addresses |= find_service(service)
        logins = dict.fromkeys(login for _name, login, *_rest in PAGES)
        for language in languages:
            for login in logins:
                for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
                    locale = language.replace("_", "-")
                    client = Client(browser, base, login, viewport, locale)
                    speak(client, login, language)
                    for name, whose, address, wait in PAGES:
                        if whose == login:
                            target = HERE / "images" / f"{name}-{size}-{language}.png"
                            client.shoot(address.format(**addresses), wait, target)
                            print(target.name, flush=True)
                    problems += [f"{login}, {size}: {w}" for w in client.problems]
                    client.context.close()
        browser.close()
    print("\n".join(problems) or "no errors in the browser")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
