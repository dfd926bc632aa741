"""Small pictures for lists and cards, drawn by confined children, once for each content."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cardwright_platform.confined.running import Limits, run_confined

#: Pixels of the longer side.
SIZES = (96, 480, 1600)
#: Of the picture that comes in: more is a bomb, or a poster.
_PIXELS = 80_000_000
_MEGABYTE = 1024 * 1024
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Keeps thumbnails in a folder that may be emptied at any time."""

    folder: Path
    limits: Limits = field(
        default_factory=lambda: Limits(
            memory=1024 * _MEGABYTE, output=4 * _MEGABYTE, cpu=20, wall=30
        )
    )

    def thumbnail(self, path: Path, sha256: str, size: int) -> Path:
        """Return the file of a picture's thumbnail; raise ConfinedError for what is no picture."""
        if size not in SIZES:
            raise ValueError(f"no size of a thumbnail: {size}")
        target = self.folder / sha256[:2] / f"{sha256}-{size}.webp"
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        request = {"path": str(path.resolve()), "size": size, "pixels": _PIXELS}
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="draw-") as place:
            drawn = Path(place) / "drawn.webp"
            with drawn.open("wb") as output:
                run_confined(
                    "draw_thumbnail",
                    request,
                    limits=self.limits,
                    folder=Path(place),
                    output=output,
                )
            os.replace(drawn, target)
        return target
