"""`odoo ctibridge`: the process between an exchange and the database.

Found by its place in the addon, and loaded before Odoo's registry; so everything of the
addon is imported when it runs.
"""

import argparse
import asyncio
import os
from pathlib import Path

from odoo.cli import Command


class CtiBridge(Command):
    """Record the calls of a telephone exchange and carry out commands to it.

    Start it twice for one exchange: the second one waits, and takes over at once when
    the first one ends.
    """

    name = "ctibridge"

    def run(self, cmdargs):
        """Run until the process is ended."""
        options, others = self._parse(cmdargs)
        from odoo.tools import config

        config.parse_config(others, setup_logging=True)
        (database,) = config["db_name"]
        from odoo.addons.crm_cti.bridge.service import Bridge, Settings

        settings = Settings(
            database=database,
            code=options.pbx,
            host=options.host,
            port=options.port,
            user=options.user,
            secret=self._read_secret(options),
            cel_file=options.cel_file,
            message_folder=options.message_folder,
            http_port=options.http_port,
        )
        asyncio.run(Bridge(settings).run())

    def _parse(self, cmdargs):
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        parser.add_argument("--pbx", required=True, help="code of the exchange")
        parser.add_argument("--host", default="127.0.0.1", help="of the exchange")
        parser.add_argument("--port", type=int, default=5038, help="of its AMI")
        parser.add_argument("--user", default="crm", help="account of the AMI")
        parser.add_argument(
            "--secret-file", help="file with its secret; else $CRM_CTI_SECRET"
        )
        parser.add_argument("--cel-file", help="the exchange's own log, if at hand")
        parser.add_argument(
            "--message-folder", help="where it records what callers say, if at hand"
        )
        parser.add_argument(
            "--http-port", type=int, help="of its REST interface, for browser phones"
        )
        return parser.parse_known_args(cmdargs)

    def _read_secret(self, options):
        if options.secret_file:
            return Path(options.secret_file).read_text().strip()
        secret = os.environ.get("CRM_CTI_SECRET")
        if not secret:
            raise SystemExit("Give --secret-file, or set CRM_CTI_SECRET.")
        return secret
