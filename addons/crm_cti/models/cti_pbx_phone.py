import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import config

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Bytes of the secret, and characters of a password made of it.
SECRET_SIZE, PASSWORD_SIZE = 32, 32


class CtiPbx(models.Model):
    """Where the phone in the browser finds the exchange, and by what it is known there.

    A password is a keyed digest (HMAC, RFC 2104) of the telephone and the number of its
    change. The key lies in a file beside the database and never in it, so neither a
    copy of the database nor its reader has a password.
    """

    _inherit = "cti.pbx"

    phone_url = fields.Char(
        "Browser Phone Address",
        help="Websocket of the exchange, such as wss://pbx.example.com/ws. Empty: "
        "agents have telephones on their desks.",
    )

    @api.constrains("phone_url")
    def _check_phone_url(self):
        for pbx in self.filtered("phone_url"):
            try:
                url = urlsplit(pbx.phone_url)
                host = url.hostname
            except ValueError:
                url, host = urlsplit(""), None
            plain = url.scheme == "ws" and host in LOOPBACK
            if not host or not (url.scheme == "wss" or plain):
                raise ValidationError(
                    self.env._(
                        "The browser phone of %(pbx)s needs an encrypted address that "
                        "begins with wss://.",
                        pbx=pbx.name,
                    )
                )

    def _get_phone_password(self, extension, change):
        """Give the password of a telephone.

        :param change: number of the change that it belongs to
        """
        self.ensure_one()
        said = f"{self.env.cr.dbname}/{self.code}/{extension}/{change}"
        digest = hmac.new(self._get_phone_secret(), said.encode(), hashlib.sha256)
        return digest.hexdigest()[:PASSWORD_SIZE]

    @api.model
    def _get_phone_secret(self):
        """Read the key of all passwords, for the server alone, making it once."""
        path = Path(config["data_dir"], "crm_cti", "phone.key")
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            draft = path.with_suffix(f".{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(secrets.token_bytes(SECRET_SIZE))
            # When another process was first, its key is the one.
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_bytes()
