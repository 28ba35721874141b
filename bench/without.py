"""The platform as it would be without one of our addons, in the same process."""

from contextlib import contextmanager


@contextmanager
def without(env, module):
    """Take what a module overrides off the models of the platform, for the block.

    Tables, fields and constraints of the module stay; nothing may be committed inside.
    """
    prefix = f"odoo.addons.{module}."
    taken = {}
    for model in env.registry.models.values():
        bases = model.__bases__
        rest = tuple(base for base in bases if not base.__module__.startswith(prefix))
        if rest != bases and model._original_module != module:
            taken[model] = bases
            model.__bases__ = rest
    try:
        yield
    finally:
        for model, bases in taken.items():
            model.__bases__ = bases
