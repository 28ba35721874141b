"""The demo company, made by a seeded generator."""
