"""Choices of a maintained list in the Studio; what is changed goes into the draft."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, Message, NotFoundError
from cardwright_metadata.definitions.others import ChoiceDefinition, PicklistDefinition
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.studio.drafting import add_deed
from cardwright_platform.studio.picklists import ChoiceWish, change_choices
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.studio import ChoiceRow, StudioPicklistForm
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.reader import HUES, Reader
from cardwright_platform.web.presenting.studio import LONGEST_LABEL
from cardwright_platform.web.presenting.studio_drafts import draft_action
from cardwright_platform.web.urls import STUDIO_DRAFT, STUDIO_LISTS, studio_picklist_url

pages = Blueprint("studio_picklists", __name__)

#: Empty rows below the choices.
_NEW = 3
_MOST = 1_000


@pages.get(f"{STUDIO_LISTS}/<picklist>")
@requires(DEFINE)
def show_choices(picklist: str) -> ResponseReturnValue:
    """Show the choices of a list, to be changed."""
    with reading_desk() as desk:
        found = _found(desk, picklist)
        return _form(desk, found, [_wish_of(each) for each in found.choices.values()])


@pages.post(f"{STUDIO_LISTS}/<picklist>")
@requires(DEFINE)
def change(picklist: str) -> ResponseReturnValue:
    """Put the choices as they were typed into the draft."""
    wishes = _typed()
    with reading_desk() as desk:
        found, reader = _found(desk, picklist), reader_at(desk)
        if any(not each.label for each in wishes):
            return _form(desk, found, wishes, status=422)
        deed = change_choices(found, wishes)
        if deed is None:
            said = reader.t("studio.nothing")
            return go(studio_picklist_url(picklist), said, tone="warning")
    try:
        add_deed(current_instance(), current_context(), deed, back=studio_picklist_url(picklist))
    except MetadataError as error:
        problems = tuple(each.message for each in error.problems[:5])
    except CardwrightError as error:
        problems = (reader.say(error.message),)
    else:
        return go(STUDIO_DRAFT)
    with reading_desk() as desk:
        return _form(desk, _found(desk, picklist), wishes, problems=problems, status=422)


def _found(desk: Desk, picklist: str) -> PicklistDefinition:
    """Return a list whose choices are changed here; those of roles are changed with rights."""
    found = desk.model.catalog.picklists.get(picklist)
    if found is None or set(found.choices) & set(desk.model.catalog.roles):
        raise NotFoundError(Message("not_found"))
    return found


def _typed() -> list[ChoiceWish]:
    """Return the choices in the order that was typed; new rows of nothing are left out."""
    keys = request.form.getlist("key")[:_MOST]
    rows = []
    for at, key in enumerate(keys):
        typed = {
            name: request.form.get(f"{key}.{name}", "").strip()[:LONGEST_LABEL]
            for name in ("code", "zh", "en", "colour", "place")
        }
        zh, en = typed["zh"], typed["en"]
        if not (typed["code"] or zh or en):
            continue
        label = {"zh": zh or en, "en": en or zh} if zh or en else {}
        wish = ChoiceWish(
            code=typed["code"],
            label=label,
            colour=typed["colour"] if typed["colour"] in HUES else "",
            retired=request.form.get(f"{key}.retired") == "true",
        )
        rows.append((read_number(typed["place"]) or at + 1, at, wish))
    return [wish for _, _, wish in sorted(rows, key=lambda row: row[:2])]


def _wish_of(choice: ChoiceDefinition) -> ChoiceWish:
    label = {each: choice.label.in_language(each, name=choice.code) for each in ("zh", "en")}
    return ChoiceWish(code=choice.code, label=label, colour=choice.colour, retired=choice.retired)


def _form(
    desk: Desk,
    found: PicklistDefinition,
    wishes: list[ChoiceWish],
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    reader = reader_at(desk)
    rows = [_row(reader, str(place), wish) for place, wish in enumerate(wishes, 1)]
    rows += [
        ChoiceRow(key=str(len(wishes) + each), colours=_colours(reader, ""))
        for each in range(1, _NEW + 1)
    ]
    page = StudioPicklistForm(
        title=reader.text(found.label, found.name),
        back_label=reader.t("studio.lists"),
        back_url=STUDIO_LISTS,
        action=studio_picklist_url(found.name),
        rows=tuple(rows),
        text=reader.t("studio.choices_about"),
        errors=problems,
        draft=draft_action(desk, reader),
    )
    return show(page, desk, status=status)


def _row(reader: Reader, key: str, wish: ChoiceWish) -> ChoiceRow:
    return ChoiceRow(
        key=key,
        code=wish.code,
        zh=wish.label.get("zh", ""),
        en=wish.label.get("en", ""),
        colours=_colours(reader, wish.colour),
        retired=wish.retired,
        errors=() if wish.label else (reader.t("studio_label"),),
    )


def _colours(reader: Reader, chosen: str) -> tuple[Choice, ...]:
    named = [Choice(value="", label="–", selected=not chosen)]
    named += [
        Choice(value=each, label=reader.t(f"hue.{each}"), selected=each == chosen, hue=each)
        for each in HUES
    ]
    return tuple(named)
