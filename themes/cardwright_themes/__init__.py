"""Themes: templates and styles, one folder each; no code."""
