"""Objects, fields and lists of choices → the pages on which they are changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cardwright_entities.engine import Desk
from cardwright_entities.field_types.picklists import MOST_CHOICES
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition
from cardwright_metadata.pool_fields import BUILT_IN
from cardwright_platform.packs.screen_pack import PACK
from cardwright_platform.studio.fields import (
    FieldWish,
    Place,
    offered_types,
    places_of,
)
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Input
from cardwright_platform.views.studio import StudioGroup, StudioRow, TypedInput
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import studio_entity_url, studio_field_url, studio_picklist_url

#: What is typed in the form of a field, by the name of its input.
Typed = dict[str, str]

LONGEST_LABEL, _LONGEST_HELP = 60, 300
_NO_PLACE = "-"


def entity_groups(desk: Desk, reader: Reader) -> Iterator[StudioGroup]:
    """Yield the objects by the pack that brings them."""
    catalog = desk.model.catalog
    for pack in catalog.packs.values():
        entities = [
            desk.model.entity(each.name)
            for each in catalog.entities.values()
            if each.pack == pack.name and not each.owner and not each.kept
        ]
        rows = tuple(
            StudioRow(
                label=reader.entity_label(each),
                url=studio_entity_url(each.name),
                icon=each.definition.icon or "box",
                facts=(reader.t("studio.count_fields", count=len(own_fields(each.definition))),),
            )
            for each in entities
        )
        if rows:
            yield StudioGroup(label=reader.text(pack.label, pack.name), rows=rows)


def picklist_groups(desk: Desk, reader: Reader) -> Iterator[StudioGroup]:
    """Yield the lists of choices by the pack that brings them; those of roles are not here."""
    catalog = desk.model.catalog
    for pack in catalog.packs.values():
        rows = tuple(
            StudioRow(
                label=reader.text(each.label, each.name),
                url=studio_picklist_url(each.name),
                icon="list",
                facts=(reader.t("studio.count_choices", count=len(each.choices)),),
            )
            for each in catalog.picklists.values()
            if each.pack == pack.name and not set(each.choices) & set(catalog.roles)
        )
        if rows:
            yield StudioGroup(label=reader.text(pack.label, pack.name), rows=rows)


def own_fields(entity: EntityDefinition) -> list[FieldDefinition]:
    """Return the fields that an author gave an entity, those out of use too if it has them."""
    return [each for each in entity.fields.values() if not each.system and each.pack != BUILT_IN]


def field_groups(reader: Reader, entity: EntityDefinition) -> Iterator[StudioGroup]:
    """Yield the fields of a whole entity: those in use, then the others."""
    rows = [(each, _field_row(reader, entity, each)) for each in own_fields(entity)]
    for label, retired in (("studio.fields", False), ("studio.fields_retired", True)):
        found = tuple(row for each, row in rows if each.retired == retired)
        if found:
            yield StudioGroup(label=reader.t(label), rows=found)


def _field_row(reader: Reader, entity: EntityDefinition, found: FieldDefinition) -> StudioRow:
    marks = []
    if found.required is True:
        marks.append(reader.t("studio.required"))
    if found.pack == PACK:
        marks.append(reader.t("studio.made_here"))
    kind = reader.model.types.of(found)
    return StudioRow(
        label=reader.text(found.label, found.name),
        url=studio_field_url(entity.name, found.name),
        icon=kind.icon,
        facts=(kind.label.get(reader.language, found.type), found.name),
        marks=tuple(marks),
        retired=found.retired,
    )


@dataclass(frozen=True, kw_only=True)
class FieldForm:
    """Asks for everything of a new field, or of what may change of one that is there."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    found: FieldDefinition | None = None
    typed: Typed | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def inputs(self) -> tuple[TypedInput, ...]:
        """Return the inputs in their order."""
        if self.found is not None:
            return (*self._labels(), *self._behind(), self._place())
        return (*self._labels(), *self._kind(), *self._behind(), self._place())

    def wish(self) -> FieldWish:
        """Return what was typed; what is wrong with it stands in ``errors`` then."""
        said = self._said
        wanted = said("type")
        known = {each.name: each for each in offered_types(self.desk.model.types)}
        if not self._labels_typed():
            self._wrong("label_zh", "studio_label")
        if wanted not in known:
            self._wrong("type", "studio_type")
        choices = list(dict.fromkeys(filter(None, map(str.strip, said("choices").splitlines()))))
        lists = "values" in known[wanted].options if wanted in known else False
        picklist = said("picklist") if lists else ""
        if lists and not choices and picklist not in self.desk.model.catalog.picklists:
            self._wrong("choices", "studio_choices")
        if lists and len(choices) > MOST_CHOICES:
            self._wrong("choices", "studio_few", most=MOST_CHOICES)
        points = wanted in known and "to" in known[wanted].required_options
        if points and said("to") not in self.desk.model.catalog.entities:
            self._wrong("to", "studio_target")
        return FieldWish(
            label=self._labels_typed(),
            type=wanted,
            help=self._help_typed(),
            required=self._ticked("required"),
            series=self._ticked("series"),
            choices=choices if lists and not picklist else (),
            picklist=picklist,
            to=said("to") if points else "",
            place=self.place(),
        )

    def changes(self) -> dict[str, object]:
        """Return the keys of the field that were changed, with their values."""
        assert self.found is not None  # it is a field that is there
        there = self.found
        changed: dict[str, object] = {}
        if not self._labels_typed():
            self._wrong("label_zh", "studio_label")
        label = self._labels_typed()
        if any(text != there.label.in_language(key) for key, text in label.items()):
            changed["label"] = label
        helped = self._help_typed()
        if helped.get("zh", "") != there.help.in_language("zh"):
            changed["help"] = helped or None
        if isinstance(there.required, bool) and self._ticked("required") != there.required:
            changed["required"] = not there.required
        if self._has_series() and self._ticked("series") != there.series:
            changed["history"] = "series" if not there.series else True
        return changed

    def place(self) -> Place | None:
        """Return where the field shall stand, None for where it stands or fields usually do."""
        tab, _, rest = self._said("place").partition("/")
        section, _, after = rest.partition("/")
        known = {(name, each.name): each for name, each in places_of(self.entity)}
        found = known.get((tab, section))
        if found is None or (after and after not in found.fields):
            return None
        return Place(tab=tab, section=section, after=after)

    # -- inputs --------------------------------------------------------------------------------

    def _labels(self) -> tuple[TypedInput, ...]:
        label = self.found.label if self.found is not None else None
        zh, en = (label.in_language(each) if label else "" for each in ("zh", "en"))
        return (
            self._text("label_zh", zh, required=True, focus=self.found is None),
            self._text("label_en", en, help="studio.label_en_help"),
        )

    def _kind(self) -> tuple[TypedInput, ...]:
        types = list(offered_types(self.desk.model.types))
        lists = tuple(each.name for each in types if "values" in each.options)
        links = tuple(each.name for each in types if "to" in each.required_options)
        chosen = self._said("type")
        options = [
            Choice(
                value=each.name,
                label=each.label.get(self.reader.language, each.name),
                selected=each.name == chosen,
            )
            for each in types
        ]
        help_ = self.reader.t("studio.choices_help")
        choices = Input(
            name="choices",
            widget="textarea",
            label=self.reader.t("studio.choices"),
            text=self._said("choices"),
            rows=5,
            help=help_,
            errors=self._errors_of("choices"),
            span=2,
        )
        return (
            self._select("type", options, required=True),
            TypedInput(input=choices, types=lists),
            TypedInput(input=self._select("picklist", self._picklists()).input, types=lists),
            TypedInput(input=self._select("to", self._targets()).input, types=links),
        )

    def _behind(self) -> Iterator[TypedInput]:
        reader = self.reader
        there = self.found
        helped = there.help.in_language("zh") if there is not None and there.help else ""
        yield TypedInput(
            input=Input(
                name="help",
                label=reader.t("studio.help"),
                text=self._said("help", helped),
                hint=reader.t("studio.help_hint"),
                length=_LONGEST_HELP,
                span=4,
            )
        )
        if there is None or isinstance(there.required, bool):
            required = there is not None and there.required is True
            yield self._tick("required", "is_required", ticked=required, help="required_help")
        if self._has_series():
            ticked = there is not None and there.series
            yield self._tick("series", "series", ticked=ticked, help="series_help")

    def _place(self) -> TypedInput:
        reader, chosen = self.reader, self._said("place")
        usual = "studio.place_usual" if self.found is None else "studio.place_stays"
        options = [Choice(value=_NO_PLACE, label=reader.t(usual), selected=not chosen)]
        for tab, section in places_of(self.entity):
            label = reader.text(section.label, section.name)
            value = f"{tab}/{section.name}"
            options.append(Choice(value=value, label=reader.t("studio.place_first", section=label)))
            options += [
                Choice(
                    value=f"{value}/{each}",
                    label=reader.t(
                        "studio.place_after",
                        section=label,
                        field=reader.field_label(self.entity.fields[each]),
                    ),
                    selected=chosen == f"{value}/{each}",
                )
                for each in section.fields
                if each in self.entity.fields
            ]
        return self._select("place", options)

    def _picklists(self) -> list[Choice]:
        catalog, chosen = self.desk.model.catalog, self._said("picklist")
        none = Choice(value="", label=self.reader.t("studio.picklist_none"))
        return [
            none,
            *(
                Choice(
                    value=each.name,
                    label=self.reader.text(each.label, each.name),
                    selected=each.name == chosen,
                )
                for each in catalog.picklists.values()
                if not set(each.choices) & set(catalog.roles)
            ),
        ]

    def _targets(self) -> list[Choice]:
        chosen = self._said("to")
        found = (self.desk.model.entity(each) for each in self.desk.model.catalog.entities)
        return [
            Choice(
                value=each.name,
                label=self.reader.entity_label(each),
                selected=each.name == chosen,
            )
            for each in found
            if not each.definition.owner and not each.definition.kept
        ]

    def _has_series(self) -> bool:
        return "history" in self.entity.definition.features

    # -- what was typed ------------------------------------------------------------------------

    def _said(self, name: str, stored: str = "") -> str:
        return stored if self.typed is None else self.typed.get(name, "").strip()

    def _ticked(self, name: str) -> bool:
        return self._said(name) == "true"

    def _labels_typed(self) -> dict[str, str]:
        zh, en = (self._said(f"label_{each}")[:LONGEST_LABEL] for each in ("zh", "en"))
        return {"zh": zh or en, "en": en or zh} if zh or en else {}

    def _help_typed(self) -> dict[str, str]:
        text = self._said("help")[:_LONGEST_HELP]
        return {"zh": text, "en": text} if text else {}

    def _wrong(self, name: str, key: str, **params: object) -> None:
        self.errors.setdefault(name, self.reader.t(key, **params))

    def _errors_of(self, name: str) -> tuple[str, ...]:
        return (self.errors[name],) if name in self.errors else ()

    def _text(
        self, name: str, stored: str, *, required: bool = False, help: str = "", focus: bool = False
    ) -> TypedInput:
        made = Input(
            name=name,
            label=self.reader.t(f"studio.{name}"),
            text=self._said(name, stored),
            required=required,
            focus=focus,
            help=self.reader.t(help) if help else "",
            length=LONGEST_LABEL,
            errors=self._errors_of(name),
            span=2,
        )
        return TypedInput(input=made)

    def _select(self, name: str, options: list[Choice], *, required: bool = False) -> TypedInput:
        made = Input(
            name=name,
            widget="select",
            label=self.reader.t(f"studio.{name}"),
            choices=tuple(options),
            required=required,
            errors=self._errors_of(name),
            span=2,
        )
        return TypedInput(input=made)

    def _tick(self, name: str, label: str, *, ticked: bool, help: str) -> TypedInput:
        made = Input(
            name=name,
            widget="checkbox",
            label=self.reader.t(f"studio.{label}"),
            text=self._said(name, "true" if ticked else "false"),
            help=self.reader.t(f"studio.{help}"),
            span=2,
        )
        return TypedInput(input=made)
