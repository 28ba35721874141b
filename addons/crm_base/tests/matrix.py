"""What the rights matrices of the apps share: who may not, tries everything."""

import inspect

from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS, BaseModel
from odoo.service.model import call_kw
from odoo.tools import SQL, mute_logger

#: Stands in all samples, and in no answer to an outsider.
SECRET = "Zinnober-7731"
#: Methods of the platform that everybody tries first, with arguments.
USUAL = {
    "read": (["display_name"],),
    "web_read": ({"display_name": {}},),
    "export_data": (["display_name"],),
    "copy": (),
    "unlink": (),
}


class RightsMatrix:
    """Beside a test case: the addon's models and public methods, and how to call them.

    A test has `addon`, and gives in `_get_tables` where something could have changed.
    """

    addon = None
    #: What may refuse a method; any other answer must say and change nothing.
    refusal = AccessError

    @classmethod
    def _get_models(cls):
        """Give the names of the addon's own models, wizards too."""
        return sorted(
            name
            for name, model in cls.env.registry.items()
            if model._original_module == cls.addon and not model._abstract
        )

    def _get_tables(self):
        return [self.env[name]._table for name in self._get_models()]

    def _fingerprint(self):
        """Give what stands in all tables that could have changed."""
        self.env.flush_all()
        return [
            self.env.execute_query(
                SQL(
                    "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM %s t",
                    SQL.identifier(table),
                )
            )
            for table in self._get_tables()
        ]

    def _call(self, user, record, method, args):
        """Call a method as a user does over the wire, and take back a failed one."""
        model = self.env[record._name].with_user(user)
        function = getattr(type(model), method)
        ids = [] if getattr(function, "_api_model", False) else [record.ids]
        with self.env.cr.savepoint(), mute_logger("odoo.addons.base.models.ir_model"):
            self.env.invalidate_all()
            return call_kw(model, method, [*ids, *args], {})

    def _get_usual(self, name):
        """Give the platform's methods with arguments, and a write of some field."""
        field = next(
            field.name
            for field in self.env[name]._fields.values()
            if field.store and field.name not in MAGIC_COLUMNS and not field.compute
        )
        return (*USUAL.items(), ("write", ({field: False},)))

    def _get_methods(self, name):
        """Give the public methods that the addon wrote on a model, with arguments."""
        model = self.env.registry[name]
        for method, _function in inspect.getmembers(model, inspect.isfunction):
            written = [
                vars(part)[method]
                for part in model.__mro__
                if method in vars(part)
                and part.__module__.startswith(f"odoo.addons.{self.addon}")
            ]
            if method.startswith("_") or hasattr(BaseModel, method) or not written:
                continue
            yield method, _make_arguments(written[0])

    def _assert_refused(self, user, record, method, args):
        before = self._fingerprint()
        try:
            answer = self._call(user, record, method, args)
        except self.refusal:
            return
        self.assertNotIn(SECRET, repr(answer))
        self.assertEqual(self._fingerprint(), before, "it changed something")


def _make_arguments(method):
    """Give something for each argument that has to be given."""
    needed = [
        name
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ][1:]
    return [1 if name.endswith("_id") else "x" for name in needed]
