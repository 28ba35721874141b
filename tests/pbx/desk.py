"""An agent's client in a real browser, with the phone in it."""

import shutil
import time
import urllib.request
from contextlib import contextmanager

from playwright.sync_api import sync_playwright
from runner import programs
from runner.ports import free_port

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    # A microphone that beeps, and sound that may leave the loopback device.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
]
#: What WebRTC counted; see the identifiers for WebRTC's statistics API.
STATISTICS = """async () => {
    const { session } = odoo.__WOWL_DEBUG__.root.env.services.cti_phone;
    const found = {};
    for (const part of (await session.connection.getStats()).values()) {
        if (part.type === "inbound-rtp") {
            found.heard = part.packetsReceived;
            found.lost = part.packetsLost;
            found.energy = part.totalAudioEnergy;
        } else if (part.type === "outbound-rtp") {
            found.said = part.packetsSent;
        } else if (part.type === "transport") {
            found.secret = `${part.dtlsState} ${part.srtpCipher}`;
        }
    }
    return found;
}"""


def prepare(env, address):
    """Say where the browser phones are served."""
    exchange = env["cti.pbx"].search([])
    exchange.phone_url = address
    env.cr.commit()


@contextmanager
def client(office, login):
    """Serve the client and give a page of it on which somebody is logged in."""
    odoo, port = office.odoo, free_port()
    address = f"http://127.0.0.1:{port}"
    server = odoo.command(
        *odoo.options(office.database),
        *("--http-port", port, "--http-interface=127.0.0.1"),
        *("--max-cron-threads=0", "--db-filter", f"^{office.database}$"),
    )
    office.start_outside("server", server)
    office.wait_until(lambda: _is_served(address))
    chromium = shutil.which("chromium", path=programs.search_path())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-US")
        page.set_default_timeout(60_000)
        page.goto(f"{address}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_cti_bar_button")
        yield page
        browser.close()


def _is_served(address):
    try:
        with urllib.request.urlopen(f"{address}/web/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def listen(page, seconds=4):
    """Let people talk for so long; give what the phone counted."""
    time.sleep(seconds)
    return page.evaluate(STATISTICS)
