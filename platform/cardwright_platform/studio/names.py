"""What is made on screen gets names from its label: letters, or the pinyin of Han characters."""

from __future__ import annotations

from collections.abc import Container

from cardwright_entities.pinyin import spell
from cardwright_platform.packs.building import OF_SITES

_LONGEST = 30


def letters_of(label: str) -> str:
    """Return a label as small ASCII letters, figures and underscores; empty if it has none."""
    spelled = "".join(each.rstrip("12345") if len(each) > 1 else each for each in spell(label))
    letters = "".join(
        each if each.isascii() and each.isalnum() else "_" for each in spelled.lower()
    )
    return "_".join(filter(None, letters.split("_")))[:_LONGEST].strip("_")


def site_name(label: str, taken: Container[str], usual: str) -> str:
    """Return a name for a definition of the site that nobody has; ``usual`` without letters."""
    return _free(f"{OF_SITES}_{letters_of(label) or usual}", taken)


def code_of(label: str, taken: Container[str]) -> str:
    """Return a code for a choice that no other has: it begins with a letter."""
    letters = letters_of(label) or "choice"
    return _free(letters if letters[0].isalpha() else f"c_{letters}", taken)


def _free(wish: str, taken: Container[str]) -> str:
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name
