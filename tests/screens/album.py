"""The folder of the pictures, and how one is taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from screens.screen import Screen

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Album:
    """Where pictures are kept: one name for one page as one person sees it."""

    folder: Path

    def take(self, screen: Screen, name: str) -> list[Path]:
        """Keep the page as it is now, by light and in the dark; give the files."""
        taken = []
        for scheme in SCHEMES:
            screen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            screen.page.mouse.move(0, 0)
            file = self.folder / f"{name}.{screen.look}.{scheme}.png"
            screen.page.screenshot(path=file, animations="disabled", caret="hide")
            taken.append(file)
        return taken
