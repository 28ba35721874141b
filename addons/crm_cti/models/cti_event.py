from odoo import fields, models


class CtiEvent(models.Model):
    """One fact about a call, as the exchange said it; never changed.

    Written by ``cti.pbx._ingest`` alone; the shapes are in ``tools/facts.py``.
    """

    _name = "cti.event"
    _description = "Call Fact"
    _order = "id"
    _rec_name = "key"
    _log_access = False

    pbx_id = fields.Many2one("cti.pbx", required=True, ondelete="restrict")
    key = fields.Char(required=True)
    linkedid = fields.Char(required=True)
    kind = fields.Char(required=True, help="refused: what was said is no fact.")
    data = fields.Json(required=True)

    _once = models.UniqueIndex("(pbx_id, key)")
    _of_call = models.Index("(pbx_id, linkedid)")
