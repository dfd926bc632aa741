"""A text in several languages, with the fall-back order that labels follow everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """Words by language code, such as ``{"zh": "客户", "en": "Customer"}``."""

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Text:
        """Make a text from a mapping of language code to words."""
        return cls(tuple(sorted(words.items())))

    def in_language(self, language: str, installation: str = "zh", name: str = "") -> str:
        """Return the words in a language, else the installation's, else any, else the name."""
        words = dict(self.words)
        return words.get(language) or words.get(installation) or next(iter(words.values()), name)

    def __bool__(self) -> bool:
        return bool(self.words)
