import hashlib
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from odoo.addons.crm_base.tools.guard import Guard

from .cti_log import LOG

SOUND = Guard("cti_sound")
DIGEST = re.compile(r"[0-9a-f]{64}")
#: Requests of one person for one sound within this time are one listening.
LISTENING = timedelta(minutes=5)


class CtiSound(models.Model):
    """A sound of a call: what it is and how long; the file lies outside the database.

    The name of the file is the digest of its content, in a folder of the server's data
    directory that no web server shows; nothing that comes with a request says where.
    """

    _name = "cti.sound"
    _description = "Sound of a Call"
    _order = "recorded desc, id desc"
    _rec_name = "number"

    call_id = fields.Many2one(
        "cti.call", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    kind = fields.Selection([("voicemail", "Voicemail")], required=True, readonly=True)
    recorded = fields.Datetime(required=True, readonly=True)
    seconds = fields.Integer("Length", readonly=True, help="In seconds.")
    sha256 = fields.Char(
        "SHA-256", required=True, readonly=True, groups="base.group_system"
    )
    deleted = fields.Datetime(readonly=True, help="The sound was kept until then.")

    # of whom, and whose it is
    number = fields.Char(related="call_id.number")
    partner_id = fields.Many2one(related="call_id.partner_id")
    queue_id = fields.Many2one(related="call_id.queue_id")
    task_id = fields.Many2one(related="call_id.task_id")
    user_id = fields.Many2one(related="call_id.task_id.user_id")

    _once = models.UniqueIndex("(call_id, sha256)")
    _file = models.Index("(sha256)")
    _kept = models.Index("(company_id, recorded) WHERE deleted IS NULL")

    # -------------------------------------------------------------------------- guard

    @api.model_create_multi
    def create(self, vals_list):
        if not SOUND.is_open():
            raise self._prepare_sound_error()
        return super().create(vals_list)

    def write(self, vals):
        if not SOUND.is_open():
            raise self._prepare_sound_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise self._prepare_sound_error()

    def _prepare_sound_error(self):
        return AccessError(self.env._("What was said on the telephone is not changed."))

    # ------------------------------------------------------------------------ in, out

    @api.model
    def _note(self, call, facts):
        """Note the sounds of a call that are not known yet, and give those.

        :param facts: of kind voicemail
        """
        known = set(call.sound_ids.mapped("sha256"))
        fresh = {
            fact["sound"]: fact
            for fact in facts
            if fact["sound"] not in known and DIGEST.fullmatch(fact["sound"])
        }
        with SOUND.open():
            return self.create(
                [
                    {
                        "call_id": call.id,
                        "company_id": call.company_id.id,
                        "kind": "voicemail",
                        "recorded": datetime.fromtimestamp(fact["time"], UTC).replace(
                            tzinfo=None, microsecond=0
                        ),
                        "seconds": round(float(fact["seconds"])),
                        "sha256": digest,
                    }
                    for digest, fact in fresh.items()
                ]
            )

    @api.model
    def _get_folder(self):
        return Path(config["data_dir"], "crm_cti", "sounds", self.env.cr.dbname)

    @api.model
    def _get_path(self, digest):
        return self._get_folder() / digest[:2] / f"{digest}.wav"

    @api.model
    def _keep(self, data):
        """Write a sound, once, and give its digest."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._get_path(digest)
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_suffix(f".{secrets.token_hex(4)}")
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        return digest

    def _forget(self):
        """Delete the files of sounds; what is known about them stays."""
        with SOUND.open():
            self.write({"deleted": fields.Datetime.now()})
        digests = set(self.mapped("sha256"))
        others = self.search([("sha256", "in", list(digests)), ("deleted", "=", False)])
        for digest in digests - set(others.mapped("sha256")):
            self._get_path(digest).unlink(missing_ok=True)

    def _listen(self):
        """Give the bytes of a sound to the current user, and note that.

        :raise AccessError: it is not his or hers to hear
        :raise UserError: it is not there any more, or was changed
        """
        self.ensure_one()
        self.check_access("read")
        digest = self.sudo().sha256  # the name of a file is the server's business
        path = self._get_path(digest)
        data = path.read_bytes() if path.exists() else b""
        if self.deleted or hashlib.sha256(data).hexdigest() != digest:
            raise UserError(
                self.env._("This message is not there any more, or was changed.")
            )
        self._note_listening()
        return data

    def _note_listening(self):
        # Who listened is written by the system, for whoever listens.
        lines = self.env["cti.listening"].sudo()
        mine = [("sound_id", "=", self.id), ("user_id", "=", self.env.uid)]
        since = fields.Datetime.now() - LISTENING
        if lines.search_count([*mine, ("create_date", ">=", since)], limit=1):
            return
        own = self.sudo().user_id == self.env.user
        with LOG.open():
            lines.create(
                {
                    "sound_id": self.id,
                    "user_id": self.env.uid,
                    "purpose": "task" if own else "supervision",
                }
            )
