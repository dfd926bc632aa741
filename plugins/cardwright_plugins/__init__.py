"""Bundled plugins, one folder each, built exactly the way a partner builds his."""
