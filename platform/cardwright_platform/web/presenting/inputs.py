"""A field and its value → an input of a form, by the widget that the type names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.access.choosing import offered
from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.address import Address
from cardwright_entities.field_types.files import FileType
from cardwright_entities.field_types.rating import RatingType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_platform.security.numbers import is_number, read_number
from cardwright_platform.views.cells import Choice, Mark
from cardwright_platform.views.forms import (
    AddressInput,
    FileInput,
    Input,
    LinkInput,
    LinkTarget,
)
from cardwright_platform.web.presenting.cells import FILES, cell_of
from cardwright_platform.web.presenting.reader import Reader, initial_of
from cardwright_platform.web.urls import card_url, file_url, options_url, picker_url, quick_url

#: What a person typed by input name, kept as it was when something was wrong.
Typed = Mapping[str, Sequence[str]]

#: Widgets that take the whole row, and those that take two of four columns.
_WHOLE = frozenset(
    {"textarea", "rich_text", "lines", "json", "attributes", "address", "files", "images"}
)
_TWO = frozenset({"link", "link_any", "links", "multiselect", "file", "image", "period"})


@dataclass(frozen=True)
class InputMaker:
    """Makes the inputs of one entity's form; ``prefix`` is that of a line, such as items.0."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    typed: Typed
    errors: Mapping[str, Sequence[str]]
    prefix: str = ""

    def input(
        self, field: FieldModel, value: object, *, required: bool, readonly: bool, focus: str = ""
    ) -> Input:
        """Return the input of a field with its value, what was typed, and its messages."""
        definition = field.definition
        name = self.prefix + field.name
        text = self._text(field, name, value)
        made = Input(
            name=name,
            widget="readonly" if readonly else field.type.widget,
            label=self.reader.field_label(field),
            text=text,
            errors=tuple(self.errors.get(name, ())),
            hint=self.reader.text(definition.hint),
            help=self.reader.text(definition.help),
            example=self.reader.text(definition.example),
            unit=self.reader.text(definition.unit),
            required=required,
            readonly=readonly,
            computed=not field.type.editable,
            focus=focus == field.name,
            span=_span(field.type.widget),
            length=int(definition.options.get("max_length", 0) or 0),
            scale=max(field.value_type.scale, 0),
            input_type=field.type.input_type,
            input_mode=field.type.input_mode,
        )
        if readonly:
            return replace(made, cell=cell_of(self.reader, field, value))
        complete = _COMPLETE.get(field.type.widget)
        return complete(self, made, field, value) if complete else made

    def _text(self, field: FieldModel, name: str, value: object) -> str:
        if field.type.write_only:
            return ""  # not even what was just typed is shown again
        if name in self.typed:
            return self.typed[name][-1] if self.typed[name] else ""
        if value is None:
            return ""
        return field.type.input_text(value, field.definition, self.reader.locale)

    # -- choices -------------------------------------------------------------------------------

    def secret(self, made: Input, field: FieldModel, value: object) -> Input:
        """Tell whether there is a secret, and nothing more."""
        return replace(made, values=() if value is None else ("set",))

    def select(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the choices of a picklist."""
        chosen = self.typed.get(made.name) or [made.text]
        choices = self._choices(field, chosen)
        parent = str(field.definition.options.get("depends_on", ""))
        return replace(made, choices=choices, parent=self.prefix + parent if parent else "")

    def multiselect(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the choices of a picklist of which several may be chosen."""
        chosen = self.typed.get(made.name)
        if chosen is None:
            chosen = [str(each) for each in value] if isinstance(value, tuple) else []
        values = tuple(chosen)
        return replace(made, values=values, choices=self._choices(field, values))

    def _choices(self, field: FieldModel, chosen: Sequence[str]) -> tuple[Choice, ...]:
        choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
        return tuple(
            Choice(
                value=each.code,
                label=self.reader.text(each.label, each.code),
                selected=each.code in chosen,
                hue=each.colour,
                parent=each.parent,
                retired=each.retired,
            )
            for each in offered(self.desk.context.principal, choices, chosen)
        )

    # -- links ---------------------------------------------------------------------------------

    def link(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add where a link's options come from, and the title of what is chosen."""
        target = field.targets[0] if field.targets else ""
        record = read_number(made.text)
        title = self.reader.locale.title(target, record) if record else ""
        marks = (Mark(text=title or f"#{record}", initial=initial_of(title)),) if record else ()
        return replace(made, marks=marks, link=self._link_input(field, target, record))

    def links(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add what an n:m link may point to, and the titles of what is chosen."""
        target = field.targets[0] if field.targets else ""
        given = self.typed.get(made.name)
        values = (
            tuple(each for each in given if each)
            if given is not None
            else tuple(str(each) for each in (value if isinstance(value, tuple) else ()))
        )
        marks = tuple(
            Mark(text=self.reader.locale.title(target, int(each)) or f"#{each}")
            for each in values
            if is_number(each)
        )
        return replace(made, values=values, marks=marks, link=self._link_input(field, target, 0))

    def link_any(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add one target an entity for a link that may point to several."""
        entity, _, number = made.text.partition(":")
        record = read_number(number)
        title = self.reader.locale.title(entity, record) if record else ""
        if isinstance(value, RecordRef) and not title:
            title = self.reader.locale.title(value.entity, value.id)
        targets = tuple(
            LinkTarget(
                entity=name,
                label=self.reader.entity_label(self.desk.model.entity(name)),
                options_url=options_url(self.entity.name, field.name, name),
                picker_url=picker_url(self.entity.name, field.name, name),
                selected=name == entity,
            )
            for name in field.targets
        )
        marks = (Mark(text=title or f"#{record}"),) if record else ()
        return replace(made, marks=marks, link=LinkInput(targets=targets))

    def _link_input(self, field: FieldModel, target: str, record: int) -> LinkInput:
        if not target:
            return LinkInput()
        may_create = self.desk.policy.may(self.desk.context.principal, target, "create")
        definition = self.desk.model.entity(target).definition
        quick = may_create and not definition.is_made_inside
        return LinkInput(
            options_url=options_url(self.entity.name, field.name, target),
            picker_url=picker_url(self.entity.name, field.name, target),
            new_url=quick_url(self.entity.name, field.name, target) if quick else "",
            open_url=card_url(target, record) if record else "",
            icon=self.desk.model.entity(target).definition.icon,
        )

    # -- composed values -----------------------------------------------------------------------

    def address(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the parts of an address."""
        stored = value if isinstance(value, Address) else Address()
        parts: list[Input] = []
        region = self.desk.model.catalog.player("region")
        for part, given in (
            ("region", stored.region),
            ("street", stored.street),
            ("postcode", stored.postcode),
        ):
            name = f"{made.name}.{part}"
            typed = self.typed.get(name)
            text = typed[0] if typed else str(given or "")
            label = self.reader.t(f"address.{part}")
            one = Input(name=name, label=label, text=text, span={"street": 2}.get(part, 1))
            if part == "region" and region is not None:
                record = read_number(text)
                title = self.reader.locale.title(region.name, record)
                one = replace(
                    one,
                    widget="link",
                    marks=(Mark(text=title or f"#{record}"),) if record else (),
                    link=LinkInput(
                        options_url=options_url(self.entity.name, field.name, region.name)
                    ),
                )
            elif part == "region":
                continue
            parts.append(one)
        return replace(made, address=AddressInput(parts=tuple(parts)))

    def file(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the stored file and what may be uploaded."""
        number = value if isinstance(value, int) else 0
        if is_number(made.text):
            number = int(made.text)
        name = self.reader.locale.title(FILES, number) if number else ""
        options = field.definition.options
        url = file_url(number, name) if number else ""
        shown = FileInput(
            id=str(number) if number else "",
            name=name or (f"#{number}" if number else ""),
            url=url,
            image=url if field.type.cell == "image" else "",
            accept=",".join(options.get("accept", ())),
            limit=self.reader.t("files.limit", size=options.get("max_size", 20)),
        )
        return replace(made, file=shown)

    def files(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the stored files, of which each may be taken away, and what may be uploaded."""
        typed = self.typed.get(made.name)
        numbers = [*map(int, filter(is_number, typed))] if typed else field.type.files_of(value)
        picture = field.type.cell == "images"
        marks = []
        for number in numbers:
            name = self.reader.locale.title(FILES, number) or f"#{number}"
            url = file_url(number, name)
            marks.append(Mark(text=name, href=url, image=url if picture else ""))
        assert isinstance(field.type, FileType)
        accepted = field.type.accepted(field.definition)
        shown = FileInput(
            accept="" if accepted == ("*/*",) else ",".join(accepted),
            limit=self.reader.t("files.limit", size=field.definition.options.get("max_size", 20)),
        )
        return replace(made, values=tuple(map(str, numbers)), marks=tuple(marks), file=shown)

    def rating(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the stars to choose from."""
        assert isinstance(field.type, RatingType)
        stars = range(1, field.type.most(field.definition) + 1)
        return replace(
            made,
            choices=tuple(
                Choice(value=str(each), label=str(each), selected=made.text == str(each))
                for each in stars
            ),
        )

    def period(self, made: Input, field: FieldModel, value: object) -> Input:
        """Add the two days of a range."""
        start, _, end = made.text.partition("/")
        typed = {part: self.typed.get(f"{made.name}.{part}") for part in ("start", "end")}
        texts = (
            (typed["start"] or [start])[0],
            (typed["end"] or [end])[0],
        )
        return replace(made, values=texts)


def _span(widget: str) -> int:
    return 4 if widget in _WHOLE else 2 if widget in _TWO else 1


Complete = Callable[[InputMaker, Input, FieldModel, object], Input]

_COMPLETE: Mapping[str, Complete] = {
    "select": InputMaker.select,
    "multiselect": InputMaker.multiselect,
    "link": InputMaker.link,
    "links": InputMaker.links,
    "link_any": InputMaker.link_any,
    "address": InputMaker.address,
    "file": InputMaker.file,
    "image": InputMaker.file,
    "files": InputMaker.files,
    "images": InputMaker.files,
    "rating": InputMaker.rating,
    "period": InputMaker.period,
    "secret": InputMaker.secret,
}
