"""A new object in the Studio: a name, a place in the menu and its first fields, into the draft."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.definition_drafts import read_draft
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.exchange.sheets import SheetError
from cardwright_entities.exchange.surveys import Survey, survey_sheet
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.files.register import add_file
from cardwright_entities.files.rights import readable_file
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.studio.drafting import add_deed
from cardwright_platform.studio.fields import FieldWish, offered_types
from cardwright_platform.studio.guessing import guess_fields
from cardwright_platform.studio.objects import ObjectWish, add_object, objects_waiting
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Input
from cardwright_platform.views.studio import FieldRow, StudioObjectForm
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.studio import LONGEST_LABEL
from cardwright_platform.web.presenting.studio_drafts import draft_action
from cardwright_platform.web.uploads import store_upload
from cardwright_platform.web.urls import (
    STUDIO,
    STUDIO_DRAFT,
    STUDIO_NEW_OBJECT,
    STUDIO_WORKBOOK,
    import_map_url,
    list_url,
    with_query,
)
from cardwright_platform.worker.assembly import build_exchange

pages = Blueprint("studio_objects", __name__)

#: Rows of an empty form, and most that are read.
_ROWS, _MOST = 6, 60
_BETWEEN = re.compile("[,，、;；\n]")
_TITLE_TYPE = "text"


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row as it was typed."""

    label: str = ""
    type: str = ""
    choices: str = ""
    to: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What was typed of a new object, and what is wrong with it."""

    desk: Desk
    reader: Reader
    zh: str = ""
    en: str = ""
    menu: str = ""
    rows: tuple[_Row, ...] = ()
    file: int = 0  #: the workbook whose rows will be its records
    sheet: str = ""
    notes: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=dict)  #: by the name of an input or row

    def wish(self) -> ObjectWish:
        """Return what was wished; what is wrong with it stands in ``wrong`` then."""
        if not self.zh and not self.en:
            self.wrong["object_zh"] = self.reader.t("studio_label")
        types = {each.name: each for each in offered_types(self.desk.model.types)}
        fields = [
            self._field(str(number), row, types, is_title=number == 1)
            for number, row in enumerate(self.rows, 1)
            if row.label or number == 1
        ]
        return ObjectWish(
            label={"zh": self.zh or self.en, "en": self.en or self.zh},
            fields=fields,
            menu=self.menu if self.menu in self.desk.model.catalog.menus else "",
        )

    def _field(
        self, key: str, row: _Row, types: dict[str, FieldType], *, is_title: bool
    ) -> FieldWish:
        label = {"zh": row.label, "en": row.label}
        if is_title:
            label = label if row.label else {"zh": "名称", "en": "Name"}
            return FieldWish(label=label, type=_TITLE_TYPE, required=True)
        found = types.get(row.type)
        lists = found is not None and "values" in found.options
        points = found is not None and "to" in found.required_options
        choices = list(dict.fromkeys(filter(None, map(str.strip, _BETWEEN.split(row.choices)))))
        if found is None:
            self.wrong[key] = self.reader.t("studio_type")
        elif lists and not choices:
            self.wrong[key] = self.reader.t("studio_choices")
        elif points and row.to not in self.desk.model.catalog.entities:
            self.wrong[key] = self.reader.t("studio_target")
        return FieldWish(
            label=label,
            type=row.type,
            required=row.required,
            choices=choices if lists else (),
            to=row.to if points else "",
        )

    def page(self, problems: tuple[str, ...] = ()) -> StudioObjectForm:
        """Return the form with what was typed."""
        reader, types = self.reader, list(offered_types(self.desk.model.types))
        empty = max(_ROWS - len(self.rows), 2)
        rows = (*self.rows, *(_Row() for _ in range(empty)))
        return StudioObjectForm(
            title=reader.t("studio.new_object"),
            back_label=reader.t("studio.title"),
            back_url=STUDIO,
            action=STUDIO_NEW_OBJECT,
            inputs=tuple(self._inputs()),
            rows=tuple(
                self._row(str(number), row, types, is_title=number == 1)
                for number, row in enumerate(rows, 1)
            ),
            text=reader.t("studio.new_object_about"),
            upload="" if self.file else STUDIO_WORKBOOK,
            hidden=(("file", str(self.file or "")), ("sheet", self.sheet)),
            notes=self.notes,
            errors=problems,
            draft=draft_action(self.desk, reader),
            with_choices=" ".join(each.name for each in types if "values" in each.options),
            with_target=" ".join(each.name for each in types if "to" in each.required_options),
        )

    def _inputs(self) -> list[Input]:
        reader = self.reader
        menus = [Choice(value="", label=reader.t("studio.menu_none"), selected=not self.menu)]
        menus += [
            Choice(value=name, label=reader.text(each.label, name), selected=name == self.menu)
            for name, each in self.desk.model.catalog.menus.items()
        ]
        named = [
            Input(
                name=name,
                label=reader.t(f"studio.{name}"),
                text=text,
                required=name == "object_zh",
                focus=name == "object_zh",
                length=LONGEST_LABEL,
                errors=(self.wrong[name],) if name in self.wrong else (),
                span=2,
            )
            for name, text in (("object_zh", self.zh), ("object_en", self.en))
        ]
        label = reader.t("studio.menu")
        place = Input(name="menu", widget="select", label=label, choices=tuple(menus), span=2)
        return [*named, place]

    def _row(self, key: str, row: _Row, types: list[FieldType], *, is_title: bool) -> FieldRow:
        reader, model = self.reader, self.desk.model
        entities = [model.entity(each) for each in model.catalog.entities]
        return FieldRow(
            key=key,
            label=row.label or (reader.t("studio.field_first") if is_title else ""),
            types=tuple(
                Choice(
                    value=each.name,
                    label=each.label.get(reader.language, each.name),
                    selected=each.name == (row.type or _TITLE_TYPE),
                )
                for each in types
            ),
            choices=row.choices,
            targets=tuple(
                Choice(
                    value=each.name,
                    label=reader.entity_label(each),
                    selected=each.name == row.to,
                )
                for each in entities
                if not each.definition.owner and not each.definition.kept
            ),
            required=row.required,
            errors=(self.wrong[key],) if key in self.wrong else (),
            is_title=is_title,
        )


@pages.get(STUDIO_NEW_OBJECT)
@requires(DEFINE)
def show_new_object() -> ResponseReturnValue:
    """Ask what a new object is called and which fields it begins with."""
    file = read_number(request.args.get("file", "")) or 0
    with reading_desk() as desk:
        form = _Form(desk=desk, reader=reader_at(desk))
        if file:
            form = _of_workbook(form, file, request.args.get("sheet", ""))
        return show(form.page(), desk)


@pages.post(STUDIO_WORKBOOK)
@requires(DEFINE)
def bring_workbook() -> ResponseReturnValue:
    """Store a workbook and show which object it could become."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return go(STUDIO_NEW_OBJECT, current_reader().t("import.no_file"), tone="warning")
    blob, name = store_upload(upload), upload.filename
    try:
        file = write_at_desk(lambda desk: add_file(desk.session, blob, name))
        with reading_desk() as desk:
            _surveyed(desk, file, "")
    except SheetError as error:
        return go(STUDIO_NEW_OBJECT, current_reader().say(error.message), tone="warning")
    return go(with_query(STUDIO_NEW_OBJECT, (("file", str(file)),)))


@pages.post(STUDIO_NEW_OBJECT)
@requires(DEFINE)
def add_new_object() -> ResponseReturnValue:
    """Put a new object into the draft; what is wrong stands beside its input."""
    with reading_desk() as desk:
        form = _typed(desk)
        wish = form.wish()
        if form.wrong:
            return show(form.page(), desk, status=422)
        deed = add_object(desk.model, wish, objects_waiting(read_draft(desk.session)))
    name = deed.names["name"]
    pairs = (("sheet", form.sheet),)
    back = import_map_url(name, form.file, pairs) if form.file else list_url(name)
    try:
        add_deed(current_instance(), current_context(), deed, back=back)
    except MetadataError as error:
        return _again(tuple(each.message for each in error.problems[:5]))
    except CardwrightError as error:
        return _again((form.reader.say(error.message),))
    return go(STUDIO_DRAFT)


def _surveyed(desk: Desk, file: int, sheet: str) -> Survey:
    stored = readable_file(desk.session, desk.reading, file)
    return survey_sheet(build_exchange(current_instance()).services, stored, sheet)


def _of_workbook(form: _Form, file: int, sheet: str) -> _Form:
    """Return the form with what the columns of a workbook probably are."""
    desk, reader = form.desk, form.reader
    survey = _surveyed(desk, file, sheet)
    guesses = guess_fields(desk, survey)[:_MOST]
    stored = readable_file(desk.session, desk.reading, file)
    notes = [reader.t("studio.survey", rows=survey.rows, columns=len(survey.columns))]
    if survey.more:
        notes.append(reader.t("studio.survey_more"))
    if len(survey.columns) > _MOST:
        notes.append(reader.t("studio.few_fields", most=_MOST))
    others = [each for each in survey.report.sheets if each != survey.report.sheet]
    if others:
        notes.append(reader.t("studio.survey_sheets", sheets=reader.listed(others[:10])))
    rows = tuple(
        _Row(
            label=each.wish.label["zh"],
            type=each.wish.type,
            choices="、".join(each.wish.choices),
            to=each.wish.to,
        )
        for each in guesses
    )
    return replace(
        form,
        zh=stored.name.rpartition(".")[0][:LONGEST_LABEL],
        rows=rows,
        file=file,
        sheet=survey.report.sheet,
        notes=tuple(notes),
    )


def _again(problems: tuple[str, ...]) -> Response:
    with reading_desk() as desk:
        return show(_typed(desk).page(problems), desk, status=422)


def _typed(desk: Desk) -> _Form:
    def said(name: str, longest: int = LONGEST_LABEL) -> str:
        return request.form.get(name, "").strip()[:longest]

    keys = request.form.getlist("key")[:_MOST]
    rows = [
        _Row(
            label=said(f"{key}.label"),
            type=said(f"{key}.type"),
            choices=said(f"{key}.choices", 8_000),
            to=said(f"{key}.to"),
            required=request.form.get(f"{key}.required") == "true",
        )
        for key in keys
    ]
    while len(rows) > 1 and not rows[-1].label:
        rows.pop()
    return _Form(
        desk=desk,
        reader=reader_at(desk),
        zh=said("object_zh"),
        en=said("object_en"),
        menu=said("menu"),
        rows=tuple(rows),
        file=read_number(said("file")) or 0,
        sheet=said("sheet"),
    )
