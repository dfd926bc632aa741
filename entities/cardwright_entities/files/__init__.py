"""Stored files: contents by their hash on disk, names and uses in tables."""
