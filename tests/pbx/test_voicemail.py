"""Who reaches nobody speaks to the exchange, and the right person hears it."""

import os
import tempfile
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from runner import pbx
from runner.ports import free_port

from . import speaks
from .office import NUMBER, Office, kill

# takes 80 seconds
pytestmark = [pytest.mark.cap_c10, pytest.mark.cap_c12]

AGENTS = ["1001", "1002"]
STRANGER = "13900139000"
#: What came of the last call, whose task it is, and what was said.
LAST = """
select c.state, c.led, t.kind, t.state, s.seconds, s.id, u.login, s.sha256
  from cti_call c left join cti_task t on t.id = c.task_id
  left join res_users u on u.id = t.user_id
  left join cti_sound s on s.call_id = c.id
 order by c.id desc limit 1
"""


def prepare(env):
    """Let callers wait 5 seconds, and nobody in to a second queue."""
    queue = env["cti.queue"].search([])
    queue.longest_seconds = 5
    calendar = env["resource.calendar"].create(
        {"name": "Never", "attendance_ids": [(5, 0, 0)]}
    )
    env["cti.queue"].create(
        {"name": "Sales", "code": "sales", "pbx_id": queue.pbx_id.id}
        | {"calendar_id": calendar.id}
    )
    env.cr.commit()


@pytest.fixture(scope="module")
def office(odoo):
    """Give a call centre that distributes itself, in which nobody is ready."""
    name = f"voice_{os.getpid()}"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.pbx.office:prepare", phones=AGENTS, distribution="own")
    odoo.inside(name, "tests.pbx.test_voicemail:prepare")
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(odoo, name, folder, AGENTS) as office:
        office.wait_until(lambda: has_orders(office))
        yield office
    odoo.drop(name)


def has_orders(office):
    """Tell whether the exchange knows what to do with callers."""
    told = office.exchange.ask("dialplan show globals")
    return all(f"CRM_ORDER_{queue}=" in told for queue in ("support", "sales"))


def speak(office, called, seconds, number=NUMBER):
    """Let somebody call and hum for so long after somebody has answered."""
    scenario = speaks.make_scenario(office.folder)
    place = office.folder, office.exchange.ports["SIP"]
    command = pbx.call_command(place, [number], called, seconds, "-m", 1)
    command[command.index("-sf") + 1] = str(scenario)
    command.remove("-rtp_echo")
    return office._start("speaker", command)


def get_last(office, before):
    """Give what came of the last call, once its message is here."""
    office.wait_until(lambda: office.count("true", "cti_sound") > before)
    ((state, led, kind, task, seconds, sound, owner, digest),) = office.sql(LAST)
    assert (state, led, kind, task) == ("voicemail", "voicemail", "voicemail", "open")
    return int(seconds), sound, owner, digest


def read_sound(office, digest):
    """Give the file that is kept of a message."""
    data = office.odoo.data
    (path,) = data.glob(f"crm_cti/sounds/{office.database}/??/{digest}.wav")
    return path.read_bytes()


def test_who_waits_too_long(office):
    caller = speak(office, "4001", 10)
    assert caller.wait(timeout=60) == 0
    seconds, _sound, owner, digest = get_last(office, 0)
    assert owner in {f"agent{extension}" for extension in AGENTS}
    data = read_sound(office, digest)
    assert len(data) == pytest.approx(44 + seconds * 16000, abs=8000)
    assert 2 <= seconds <= 12, "what came before the tone is not in it"
    assert speaks.get_loudness(data) > 1000
    assert not list((office.folder / "spool/voicemail").iterdir())


def test_without_a_bridge(office):
    before = office.count("true", "cti_sound")
    kill(office.bridge)
    waited = speak(office, "4001", 10)
    silent = office.call("4002", seconds=9, wait=False)
    assert waited.wait(timeout=60) == 0 and silent.wait(timeout=60) == 0
    office.bridge = office.start_bridge()
    office.wait_until(lambda: office.count("true", "cti_sound") > before)
    office.wait_until(lambda: not office.count("ended is null"))
    rows = office.sql("select called, state from cti_call order by id desc limit 2")
    assert sorted(rows) == [["4001", "voicemail"], ["4002", "missed"]]
    assert office.count("true", "cti_sound") == before + 1, "silence is no message"


def test_outside_the_hours_after_a_new_start(office):
    """The exchange keeps the hours, though nobody is there to tell them again."""
    before = office.count("true", "cti_sound")
    kill(office.bridge)
    office.exchange.kill()
    office.exchange.start()
    caller = speak(office, "4002", 10, STRANGER)
    assert caller.wait(timeout=60) == 0
    office.bridge = office.start_bridge()
    get_last(office, before)
    assert office.count("called = '4002' and queued is null and led is not null") == 2


def test_who_may_hear_it(office):
    """By HTTP, as the client does it."""
    ((*_rest, sound, owner, digest),) = office.sql(LAST)
    (other,) = {"agent1001", "agent1002"} - {owner}
    port = free_port()
    options = office.odoo.options(office.database)
    command = office.odoo.command(
        *options,
        *("--http-port", port, "--http-interface=127.0.0.1"),
        *("--max-cron-threads=0", "--db-filter", f"^{office.database}$"),
    )
    server = office.start_outside("server", command)
    address = f"http://127.0.0.1:{port}"
    office.wait_until(lambda: fetch(build_opener(), f"{address}/web/health"), 60)
    whole = read_sound(office, digest)
    url = f"{address}/crm_cti/sound/{sound}"
    mine = log_in(office, address, owner)
    assert fetch(mine, url) == (200, whole)
    part = fetch(mine, url, Range="bytes=20000-20999")
    assert part == (206, whole[20000:21000])
    theirs = log_in(office, address, other)
    assert fetch(theirs, url)[0] == 404
    lines = office.sql(
        "select u.login, l.purpose from cti_listening l"
        " join res_users u on u.id = l.user_id"
    )
    assert lines == [[owner, "task"]]
    server.terminate()


def log_in(office, address, login):
    """Give somebody's way to the server."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    body = (
        f'{{"params": {{"db": "{office.database}", "login": "{login}",'
        f' "password": "{login}"}}}}'
    )
    request = Request(f"{address}/web/session/authenticate", body.encode())
    request.add_header("Content-Type", "application/json")
    assert fetch(opener, request)[0] == 200
    return opener


def fetch(opener, request, **headers):
    """Give status and content of an answer, None where nobody answers."""
    if headers:
        request = Request(request, headers=headers)
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, b""
    except (OSError, HTTPException):
        return None
