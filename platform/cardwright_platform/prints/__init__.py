"""Prints of records: what a reader may see of one, laid out by a template, as HTML and PDF."""
