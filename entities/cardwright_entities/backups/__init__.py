"""Backups: one consistent state of an installation in a file that either engine takes back."""
