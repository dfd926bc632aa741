"""``cardwright``: one file a verb; this package only names the entry point."""

from cardwright_platform.cli.entry import main

__all__ = ["main"]
