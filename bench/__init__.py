"""Ours against the platform's own way, on generated data of a chosen size."""
