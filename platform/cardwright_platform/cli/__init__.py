"""``cardwright``: one file a verb; this package only names the entry point."""

from cardwright_platform.cli.starting import main

__all__ = ["main"]
