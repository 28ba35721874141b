from odoo.tests import TransactionCase, tagged

PREFIX = "crm_"


@tagged("post_install", "-at_install", "cap_e06")
class TestNeighbours(TransactionCase):
    """What the apps add to the platform's models stays in nobody's way."""

    def _ours(self):
        """Give ``(model, field)`` of what our apps relate to others' models."""
        modules = self.env["ir.module.module"].search(
            [
                ("state", "=", "installed"),
                ("name", "=like", f"{PREFIX}%"),
                ("author", "=", "CRM Suite contributors"),
            ]
        )
        ours = set(modules.mapped("name"))
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or model._original_module in ours:
                continue
            for field in model._fields.values():
                if field.type in ("one2many", "many2many") and field._module in ours:
                    yield name, field

    def _readers(self, model):
        """Give the groups that may read a model, and whether everybody may."""
        rules = self.env["ir.model.access"].search(
            [("model_id.model", "=", model), ("perm_read", "=", True)]
        )
        return rules.group_id, any(not rule.group_id for rule in rules)

    def test_whoever_reads_a_record_reads_all_of_it(self):
        """Reading and copying touch every field, also for those without our roles."""
        for model, field in self._ours():
            if not field.store or field.groups:
                continue
            allowed, everybody = self._readers(field.comodel_name)
            if everybody:
                continue
            for group in self._readers(model)[0]:
                with self.subTest(f"{model}.{field.name} for {group.full_name}"):
                    self.assertTrue(group.all_implied_ids & allowed)

    def test_what_is_copied_is_readable(self):
        """A copy reads fields whatever their groups are."""
        for model, field in self._ours():
            if not field.copy:
                continue
            allowed, everybody = self._readers(field.comodel_name)
            for group in self._readers(model)[0] if not everybody else ():
                with self.subTest(f"{model}.{field.name} for {group.full_name}"):
                    self.assertTrue(group.all_implied_ids & allowed)
