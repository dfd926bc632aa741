"""One reader: his language, his zone, his words, and the model he looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cardwright_entities.access.choosing import shown_menus
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_metadata.definitions.texts import Text
from cardwright_platform.words import Words

#: The hues of the theme that belong to the customer's data.
HUES = (
    "slate", "blue", "cyan", "teal", "green", "lime", "amber", "orange", "red", "pink", "violet",
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Turns definitions and values into words for one person."""

    words: Words
    model: Model
    context: Context
    locale: Locale

    @classmethod
    def of(cls, words: Words, model: Model, context: Context) -> Reader:
        """Make the reader of a request."""
        today = context.now.astimezone(context.zone).date()
        locale = Locale(language=context.language, zone=context.zone, today=today)
        return cls(words, model, context, locale)

    def knowing(self, titles: Mapping[tuple[str, int], str]) -> Reader:
        """Return the same reader with the titles of the records on a page."""
        known = {**self.locale.titles, **titles}
        return replace(self, locale=replace(self.locale, titles=known))

    @property
    def language(self) -> str:
        """Return the language code."""
        return self.context.language

    def t(self, key: str, **params: object) -> str:
        """Return a sentence of the pages."""
        return self.words.translate(self.language, key, params)

    def say(self, message: Message) -> str:
        """Return a message in words; a check's own text wins."""
        texts = {
            name.removeprefix("text_"): text
            for name, text in message.params
            if name.startswith("text_")
        }
        if texts:
            return Text.of(texts).in_language(self.language)
        return self.words.say(self.language, message)

    def text(self, text: Text, name: str = "") -> str:
        """Return a definition's text in the reader's language."""
        return text.in_language(self.language, name=name)

    def entity_label(self, entity: EntityModel) -> str:
        """Return what an entity is called."""
        return self.text(entity.definition.label, entity.name)

    def list_label(self, entity: EntityModel) -> str:
        """Return what many of an entity are called: as the menu names its list, or part of it."""
        menus = shown_menus(self.context.principal, self.model.catalog)
        items = [item for _, each in menus for item in each if item.entity == entity.name]
        items.sort(key=lambda item: bool(item.query))
        labels = (self.text(item.label) for item in items)
        return next((label for label in labels if label), "") or self.entity_label(entity)

    def inside(self, label: str) -> str:
        """Return a name as it stands inside a sentence: New price list, not New Price list."""
        if self.language == "zh" or not label[1:2].islower():
            return label
        return label[0].lower() + label[1:]

    def listed(self, texts: Iterable[str]) -> str:
        """Return several texts as one: 甲、乙; A, B."""
        return self.locale.listed(texts)

    def field_label(self, field: FieldModel) -> str:
        """Return what a field is called."""
        return self.text(field.definition.label, field.name)

    def path_label(self, entity: EntityModel, path: str) -> str:
        """Return a path in words: 来源 › 市场活动 › 名称."""
        parts: list[str] = []
        current: EntityModel | None = entity
        for name in path.split("."):
            field = current.fields.get(name) if current is not None else None
            if field is None:
                continue
            parts.append(self.field_label(field))
            current = self.model.entity(field.targets[0]) if field.targets else None
        return " › ".join(parts) or path


def hue_of(text: str) -> str:
    """Return a steady hue for a person or thing that has none of its own."""
    return HUES[sum(text.encode()) % len(HUES)]


def initial_of(text: str) -> str:
    """Return the character that stands for a name in a round badge."""
    return text.strip()[:1].upper()
