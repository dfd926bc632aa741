"""What stands in the way of a backup or of what is made of it again."""

from __future__ import annotations

from cardwright_entities.errors import CardwrightError, Message


class BackupError(CardwrightError):
    """A backup cannot be made, read or taken back; nothing was changed."""


def damaged(where: str) -> BackupError:
    """Return the refusal of a file that is not what a backup writes."""
    return BackupError(Message.of("backup_damaged", where=where))
