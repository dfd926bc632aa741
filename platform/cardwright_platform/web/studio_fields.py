"""One field in the Studio: new, changed, out of use; each goes into the draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.commits import load_whole_entity
from cardwright_entities.changes.definition_drafts import Deed, read_draft
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, Message, NotFoundError
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.studio.drafting import add_deed
from cardwright_platform.studio.fields import (
    add_field,
    change_field,
    fields_waiting,
    retire_field,
)
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.studio import StudioFieldForm
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.studio import FieldForm, Typed, own_fields
from cardwright_platform.web.presenting.studio_drafts import deed_text, draft_action
from cardwright_platform.web.urls import (
    STUDIO,
    STUDIO_DRAFT,
    is_local,
    studio_entity_url,
    studio_field_url,
    studio_new_field_url,
    studio_picklist_url,
)

pages = Blueprint("studio_fields", __name__)

_AND_NEW, _RETIRE, _BACK = "new", "retire", "back"


@pages.get(f"{STUDIO}/objects/<entity>/new-field")
@requires(DEFINE)
def show_new_field(entity: str) -> ResponseReturnValue:
    """Ask what a new field is called and what it holds."""
    with reading_desk() as desk:
        form = FieldForm(desk=desk, reader=reader_at(desk), entity=find_entity(desk.model, entity))
        return _form(form, _back(entity))


@pages.post(f"{STUDIO}/objects/<entity>/new-field")
@requires(DEFINE)
def add_new_field(entity: str) -> ResponseReturnValue:
    """Put a new field into the draft; what is wrong stands beside its input."""
    typed, back = _typed(), _back(entity)
    with reading_desk() as desk:
        reader, model = reader_at(desk), find_entity(desk.model, entity)
        form = FieldForm(desk=desk, reader=reader, entity=model, typed=typed)
        wish = form.wish()
        if form.errors:
            return _form(form, back, status=422)
        deed = add_field(model, wish, fields_waiting(read_draft(desk.session), model))
        said = reader.t("studio.kept", deed=deed_text(desk, reader, deed))
    again = _kept(deed, back, lambda desk: _new_form(desk, entity, typed))
    if again is not None:
        return again
    if request.form.get("then") == _AND_NEW:
        return go(studio_new_field_url(entity, back), said)
    return go(STUDIO_DRAFT)


@pages.get(f"{STUDIO}/objects/<entity>/fields/<field>")
@requires(DEFINE)
def show_field(entity: str, field: str) -> ResponseReturnValue:
    """Ask what may change of a field."""
    with reading_desk() as desk:
        return _form(_field_form(desk, entity, field), studio_entity_url(entity))


@pages.post(f"{STUDIO}/objects/<entity>/fields/<field>")
@requires(DEFINE)
def change(entity: str, field: str) -> ResponseReturnValue:
    """Put a change of a field into the draft, or that it goes out of use or comes back."""
    typed, back = _typed(), studio_entity_url(entity)
    way = request.form.get("then", "")
    with reading_desk() as desk:
        form = _field_form(desk, entity, field, typed)
        reader = form.reader
        if way in (_RETIRE, _BACK):
            deed = retire_field(form.entity, field, back=way == _BACK)
        else:
            changed, place = form.changes(), form.place()
            if form.errors:
                return _form(form, back, status=422)
            if not changed and place is None:
                return go(
                    studio_field_url(entity, field), reader.t("studio.nothing"), tone="warning"
                )
            deed = change_field(form.entity, field, changed, place)
    again = _kept(deed, back, lambda desk: _field_form(desk, entity, field, typed))
    return again if again is not None else go(STUDIO_DRAFT)


def _kept(deed: Deed, back: str, form_of: Callable[[Desk], FieldForm]) -> Response | None:
    """Put a deed into the draft; return the form with what stands against it, if anything does."""
    try:
        add_deed(current_instance(), current_context(), deed, back=back)
    except MetadataError as error:
        problems = tuple(each.message for each in error.problems[:5])
    except CardwrightError as error:
        with reading_desk() as desk:
            problems = (reader_at(desk).say(error.message),)
    else:
        return None
    with reading_desk() as desk:
        return _form(form_of(desk), back, problems=problems, status=422)


def _new_form(desk: Desk, entity: str, typed: Typed) -> FieldForm:
    model = find_entity(desk.model, entity)
    return FieldForm(desk=desk, reader=reader_at(desk), entity=model, typed=typed)


def _field_form(desk: Desk, entity: str, field: str, typed: Typed | None = None) -> FieldForm:
    model = find_entity(desk.model, entity)
    whole = load_whole_entity(desk.session, model.name)
    found = next((each for each in own_fields(whole) if each.name == field), None)
    if found is None:
        raise NotFoundError(Message("not_found"))
    return FieldForm(desk=desk, reader=reader_at(desk), entity=model, found=found, typed=typed)


def _form(
    form: FieldForm, back: str, *, problems: tuple[str, ...] = (), status: int = 200
) -> Response:
    reader, found = form.reader, form.found
    label = reader.entity_label(form.entity)
    if found is None:
        title = reader.t("studio.add_field_to", entity=label)
        action = studio_new_field_url(form.entity.name)
    else:
        title = reader.t("studio.change_field", field=reader.text(found.label, found.name))
        action = studio_field_url(form.entity.name, found.name)
    page = StudioFieldForm(
        title=title,
        back_label=label,
        back_url=back,
        action=action,
        inputs=form.inputs(),
        save_label=reader.t("studio.look"),
        errors=problems,
        notes=tuple(_notes(reader, found)),
        hidden=(("back", back),),
        ways=_ways(reader, found),
        actions=_choices_of(form.desk, reader, found),
        draft=draft_action(form.desk, reader),
    )
    return show(page, form.desk, status=status)


def _notes(reader: Reader, found: FieldDefinition | None) -> Iterator[str]:
    if found is None:
        return
    yield reader.t("studio.type_stays")
    if not isinstance(found.required, bool):
        yield reader.t("studio.required_rule")


def _choices_of(desk: Desk, reader: Reader, found: FieldDefinition | None) -> tuple[Action, ...]:
    """Return the way to the list that a field offers, if it is a maintained one."""
    of = found.options.get("of", "") if found is not None else ""
    if of not in desk.model.catalog.picklists:
        return ()
    return (Action(label=reader.t("studio.choices_of"), url=studio_picklist_url(of), icon="list"),)


def _ways(reader: Reader, found: FieldDefinition | None) -> tuple[Choice, ...]:
    if found is None:
        return (Choice(value=_AND_NEW, label=reader.t("studio.and_new")),)
    if found.retired:
        return (Choice(value=_BACK, label=reader.t("studio.bring_back")),)
    return (Choice(value=_RETIRE, label=reader.t("studio.retire")),)


def _typed() -> Typed:
    # Of a box the hidden input comes first: the last one counts.
    return {name: request.form.getlist(name)[-1] for name in request.form}


def _back(entity: str) -> str:
    wanted = request.values.get("back", "")
    return wanted if is_local(wanted) else studio_entity_url(entity)
