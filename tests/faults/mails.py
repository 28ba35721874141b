"""Workers that deliver the same mails at the same time.

Run by the tests through `runner.inside`.
"""

from email.message import EmailMessage

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying

DOMAIN = "twice.example"


def prepare(env):
    """Make a team with an address."""
    domain = env["mail.alias.domain"].create({"name": DOMAIN})
    env.company.alias_domain_id = domain
    env["service.team"].create({"name": "Care", "alias_name": "care"})
    # more mails than the platform takes from one sender
    env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 1000)


def deliver_all(env, number, path, mails):
    """Deliver every mail, in the same sequence as the other workers."""
    env.cr.commit()
    for place in range(mails):
        deliver(env.registry, written(place))
    with open(path, "w") as answers:
        answers.write("done")


def written(place):
    """Write a mail, the same for each worker."""
    mail = EmailMessage()
    mail["From"] = "Li <li@nowhere.example>"
    mail["To"] = f"care@{DOMAIN}"
    mail["Subject"] = f"Twice {place}"
    mail["Message-ID"] = f"<{place}@nowhere.example>"
    mail.set_content("Once is enough.")
    return mail.as_bytes()


def deliver(registry, mail):
    """Deliver a mail, until it gets through, as a mail server does."""
    while True:
        try:
            return once(registry, mail)
        except (OperationalError, ConcurrencyError):
            continue


def once(registry, mail):
    """Deliver a mail in a transaction of its own, tried again as the platform does."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        retrying(lambda: env["mail.thread"].message_process(None, mail), env)
