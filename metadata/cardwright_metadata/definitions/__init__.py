"""Frozen dataclasses of the definition language; no behaviour."""
