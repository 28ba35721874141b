from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools.words import words


class ServiceSynonym(models.Model):
    """Words that mean the same to those who search."""

    _name = "service.synonym"
    _inherit = ["crm.remembered"]
    _description = "Synonyms"
    _order = "name"

    name = fields.Char(
        "Words",
        required=True,
        help="Words or phrases of the same meaning, in any language, separated by "
        "commas: who searches for one of them finds the others.",
    )
    active = fields.Boolean(default=True)

    @api.constrains("name")
    def _check_name(self):
        for synonym in self:
            if len(synonym._get_phrases()) < 2:
                raise ValidationError(
                    self.env._(
                        "%(words)s is one word alone. Enter two or more, separated by "
                        "commas.",
                        words=synonym.name,
                    )
                )

    def _get_phrases(self):
        """Give the phrases as tuples of words, each once."""
        text = self.name or ""
        for sign in "，、;；\n":
            text = text.replace(sign, ",")
        found = (tuple(words(phrase)) for phrase in text.split(","))
        return tuple(dict.fromkeys(phrase for phrase in found if phrase))

    @api.model
    @ormcache()
    def _get_table(self):
        """Give the phrases of the same meaning for each phrase.

        :return: dictionary from a tuple of words to a tuple of such tuples
        """
        table = {}
        # Who searches has no right to the table, and learns only what it finds.
        for synonym in self.sudo().search([]):
            phrases = synonym._get_phrases()
            for phrase in phrases:
                others = [other for other in phrases if other != phrase]
                table[phrase] = (*table.get(phrase, ()), *others)
        return table
