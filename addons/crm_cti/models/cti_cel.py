from odoo import fields, models
from odoo.tools import SQL


class CtiCel(models.Model):
    """What an exchange itself wrote about its channels: the durable log.

    Rows come from the exchange's own connection (Asterisk's ``cel_pgsql``), whose role
    may insert into and read this table, and nothing else. The columns are Asterisk's:
    see the Channel Event Logging specification.
    """

    _name = "cti.cel"
    _description = "Log of an Exchange"
    _order = "id"
    _rec_name = "uniqueid"
    _log_access = False

    writer = fields.Char(help="The role that wrote the row, one for each exchange.")
    written = fields.Datetime(help="By the clock of the database.")
    eventtype = fields.Char()
    eventtime = fields.Float(help="Seconds since 1970.")
    cid_num = fields.Char()
    exten = fields.Char()
    context = fields.Char()
    channame = fields.Char()
    appname = fields.Char()
    appdata = fields.Char()
    uniqueid = fields.Char()
    linkedid = fields.Char()
    extra = fields.Char()

    _of_writer = models.Index("(writer, id)")

    def init(self):
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE cti_cel
                ALTER COLUMN writer SET DEFAULT current_user,
                ALTER COLUMN written SET DEFAULT (now() AT TIME ZONE 'UTC')
                """
            )
        )
