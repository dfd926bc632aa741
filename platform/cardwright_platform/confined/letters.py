"""Mails that strangers wrote, read by confined children, which a mail can only slow down so far."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cardwright_platform.confined.running import Limits, run_confined

_MEGABYTE = 1024 * 1024
_READING = Limits(memory=512 * _MEGABYTE, output=_MEGABYTE, cpu=10, wall=60.0)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says; ``key`` is the same for one that is delivered twice."""

    key: str
    sender: str
    to: str
    subject: str
    text: str
    by_machine: bool  #: such as an absence note: answering it would never end


def read_letter(raw: bytes, place: str, limits: Limits = _READING) -> Letter:
    """Return what a mail says; raise ConfinedError. ``place`` tells one without an id apart."""
    with tempfile.TemporaryDirectory(prefix="cardwright-mail-") as folder:
        mail, said = Path(folder) / "mail", Path(folder) / "said"
        mail.write_bytes(raw)
        with said.open("wb") as output:
            request = {"path": str(mail), "place": place}
            run_confined("read_mail", request, limits=limits, folder=Path(folder), output=output)
        return Letter(**json.loads(said.read_bytes()))
