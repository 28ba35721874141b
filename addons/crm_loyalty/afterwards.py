"""Work that must outlive a transaction which is refused and undone."""

import logging

from psycopg2 import Error

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)
TRIES = 5


def afterwards(env, model, method, *args):
    """Call a method when the transaction has ended, kept or undone.

    By then its locks are gone, so that the call, in a transaction of its own and with
    all rights, never waits for the one that asked for it.
    """
    registry, done = env.registry, []

    def act():
        if not done:
            done.append(True)
            _act_alone(registry, model, method, args)

    env.cr.postcommit.add(act)
    env.cr.postrollback.add(act)


def _act_alone(registry, model, method, args):
    """Call it, again after a collision; never disturb what asked for it."""
    for _attempt in range(TRIES):
        try:
            with registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                getattr(env[model], method)(*args)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            failure = error
        except (Error, UserError) as error:
            failure = error
            break
    _logger.error("%s.%s%s was lost: %s", model, method, args, failure)
