"""The sentences of the product, by key and language: one table a file, read once."""

from cardwright_platform.words.tables import Words, load_words

__all__ = ["Words", "load_words"]
