"""What is said to only read: a replica of the database may answer it."""

import inspect
from contextlib import contextmanager

from odoo.service.model import call_kw


@contextmanager
def read_only(env):
    """Let the block read alone, as on a replica."""
    env.flush_all()
    env.invalidate_all()
    with env.cr.savepoint(flush=False) as savepoint:
        env.cr.execute("SET TRANSACTION READ ONLY")
        yield
        savepoint.rollback()


class ReadsOnly:
    """Beside a test case of an addon: each method that is said to only read, does so.

    A test has `addon`, and gives a record and arguments for each method.
    """

    def _get_reads(self):
        """Give ``{"model.method": (record, arguments)}``."""
        raise NotImplementedError

    def _get_said(self):
        """Give the names of the addon's public methods that are said to only read."""
        return {
            f"{name}.{method}"
            for name, model in self.env.registry.items()
            for part in model.__mro__
            if part.__module__.startswith(f"odoo.addons.{self.addon}.")
            for method, function in vars(part).items()
            if inspect.isfunction(function) and getattr(function, "_readonly", False)
        }

    def test_reads_on_a_replica(self):
        reads = self._get_reads()
        self.assertEqual(self._get_said(), set(reads))
        for name, (record, args) in reads.items():
            method = name.rpartition(".")[2]
            function = getattr(type(record), method)
            ids = [] if getattr(function, "_api_model", False) else [record.ids]
            with self.subTest(method=name), read_only(self.env):
                call_kw(record, method, [*ids, *args], {})
