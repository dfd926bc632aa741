"""Shaping objects on screen: an object's fields, one field, choices of a list, and the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cards import Section
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.changes import Places
from cardwright_platform.views.forms import Input
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class StudioRow:
    """A definition in a list: what it is called and where it is changed."""

    label: str
    url: str
    icon: str = ""
    facts: tuple[str, ...] = ()  #: type, pack, how many fields
    marks: tuple[str, ...] = ()  #: required, retired, changed here
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class StudioGroup:
    """Definitions under a heading."""

    label: str = ""
    rows: tuple[StudioRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudioPage:
    """Definitions that can be changed: all objects and lists, or the fields of one object."""

    template: ClassVar[str] = "studio.html"
    title: str
    back_label: str = ""
    back_url: str = ""
    text: str = ""
    tabs: tuple[Choice, ...] = ()  #: value is the address
    groups: tuple[StudioGroup, ...] = ()
    actions: tuple[Action, ...] = ()
    draft: Action | None = None  #: the way to what waits in the draft
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class TypedInput:
    """An input that only fields of some types have; of all types where none is named."""

    input: Input
    types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudioFieldForm:
    """One field: what it is called, what it holds, where it stands."""

    template: ClassVar[str] = "studio_field.html"
    title: str
    back_label: str
    back_url: str
    action: str
    inputs: tuple[TypedInput, ...]
    save_label: str
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    ways: tuple[Choice, ...] = ()  #: other buttons of the form, by the value that they post
    actions: tuple[Action, ...] = ()
    draft: Action | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceRow:
    """A choice to change: ``key`` begins the names of its inputs; a new one has no code."""

    key: str
    code: str = ""
    zh: str = ""
    en: str = ""
    colours: tuple[Choice, ...] = ()
    retired: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudioPicklistForm:
    """The choices of a maintained list, in their order."""

    template: ClassVar[str] = "studio_picklist.html"
    title: str
    back_label: str
    back_url: str
    action: str
    rows: tuple[ChoiceRow, ...]
    text: str = ""
    errors: tuple[str, ...] = ()
    draft: Action | None = None


@dataclass(frozen=True, kw_only=True)
class DeedRow:
    """One thing that was done, and how it is taken out of the draft."""

    text: str
    remove: Action | None = None


@dataclass(frozen=True, kw_only=True)
class StudioDraftPage:
    """What waits in the draft: the deeds, what they mean, what stands against them."""

    template: ClassVar[str] = "studio_draft.html"
    title: str
    back_label: str
    back_url: str
    deeds: tuple[DeedRow, ...] = ()
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    places: tuple[Places, ...] = ()
    accept: Action | None = None  #: lets it be put into effect all the same
    apply: Action | None = None
    previews: tuple[Action, ...] = ()
    actions: tuple[Action, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class PreviewTab:
    """A tab of a card as it would be."""

    label: str
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudioPreview:
    """A real record as its card would be after the draft, for those with a role."""

    template: ClassVar[str] = "studio_preview.html"
    title: str
    back_label: str
    back_url: str
    text: str = ""
    roles: tuple[Choice, ...] = ()  #: value is the address
    tabs: tuple[PreviewTab, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """A field of a new object: ``key`` begins the names of its inputs."""

    key: str
    label: str = ""
    types: tuple[Choice, ...] = ()
    choices: str = ""
    targets: tuple[Choice, ...] = ()
    required: bool = False
    errors: tuple[str, ...] = ()
    is_title: bool = False  #: what a record is called: text that must be there


@dataclass(frozen=True, kw_only=True)
class StudioObjectForm:
    """A new object: what it is called, where it stands, its first fields."""

    template: ClassVar[str] = "studio_object.html"
    title: str
    back_label: str
    back_url: str
    action: str
    inputs: tuple[Input, ...]
    rows: tuple[FieldRow, ...]
    text: str = ""
    errors: tuple[str, ...] = ()
    draft: Action | None = None
    upload: str = ""  #: where a workbook is brought to, empty where one is there already
    hidden: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    with_choices: str = ""  #: types whose fields have choices, with blanks between
    with_target: str = ""  #: types whose fields point to an object


@dataclass(frozen=True, kw_only=True)
class PlacedField:
    """A field on a card that is arranged: where it stands, and where it could."""

    name: str
    label: str
    type: str = ""
    place: int = 0
    sections: tuple[Choice, ...] = ()  #: value is ``tab/section``, empty for nowhere


@dataclass(frozen=True, kw_only=True)
class PlacedSection:
    """A section with its fields; ``key`` is ``tab/section``, empty for what stands nowhere."""

    key: str
    label: str
    fields: tuple[PlacedField, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlacedTab:
    """A tab in its place; ``fixed`` where a condition says whether it is shown."""

    name: str
    label: str
    place: int
    shown: bool = True
    fixed: bool = False
    sections: tuple[PlacedSection, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudioCardForm:
    """The layout of a card: tabs, sections and fields to be moved; and what stands nowhere."""

    template: ClassVar[str] = "studio_card.html"
    title: str
    back_label: str
    back_url: str
    action: str
    tabs: tuple[PlacedTab, ...]
    unplaced: PlacedSection
    text: str = ""
    errors: tuple[str, ...] = ()
    draft: Action | None = None
