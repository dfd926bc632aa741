"""Pictures of a print as part of the document: nobody fetches anything when it is laid out."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.errors import NotFoundError
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import StoredFile, read_file
from cardwright_entities.files.rights import readable_file

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LARGEST = 2_000_000
_ALL = 6_000_000


class Pictures:
    """Hands out pictures up to a total; what is larger, or no picture, is left out."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._left = _ALL

    def address(self, desk: Desk, files: Sequence[int]) -> str:
        """Return the first picture that the reader may have as a data: address, or nothing."""
        for file in files:
            try:
                stored = readable_file(desk.session, desk.reading, file)
            except NotFoundError:
                continue
            address = self._address(stored)
            if address:
                return address
        return ""

    def of_setting(self, desk: Desk, files: Sequence[int]) -> str:
        """Return the picture of a setting, which belongs to the whole company: a seal, a logo."""
        addresses = (self._address(read_file(desk.session, file)) for file in files)
        return next((each for each in addresses if each), "")

    def _address(self, stored: StoredFile) -> str:
        if stored.type not in _SHOWN or stored.size > min(_LARGEST, self._left):
            return ""
        self._left -= stored.size
        with self._blobs.open(stored.sha256) as stream:
            content = stream.read(_LARGEST)
        return f"data:{stored.type};base64,{base64.b64encode(content).decode()}"
