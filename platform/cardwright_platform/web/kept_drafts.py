"""The drafts of a form: where its inputs wait, and what waits from before is offered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from flask import request

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.typed_drafts import TypedDraft, drop_draft, read_drafts
from cardwright_platform.current import current_opening
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import FormDraft
from cardwright_platform.web.presenting.form_requests import FormRequest
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.kept_inputs import KeptInputs, kept_inputs
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import Pairs, draft_url, edit_url, is_local, new_url

#: Says which open form this is: an input of it, and in an address the form to go on with. No field
#: can be called so.
FORM_NUMBER = "form-number"

_NUMBER = re.compile(r"[0-9a-f]{16}")
#: What the address of a form says besides how its record is begun.
_PASSING = frozenset({FORM_NUMBER, "focus"})
#: What of it names records from which inputs are filled.
_FILLING = frozenset({"copy", "convert", "sources"})
_LONGEST = 2_000


def is_form_number(text: str) -> bool:
    """Tell whether a text is the number of an open form."""
    return _NUMBER.fullmatch(text) is not None


def variant_of_address() -> tuple[tuple[str, str], ...]:
    """Return how the address begins a record: a copy, a conversion, values, where to go back."""
    pairs = [(name, text) for name, text in request.args.items(multi=True) if name not in _PASSING]
    return tuple(pairs) if sum(len(name) + len(text) for name, text in pairs) <= _LONGEST else ()


def form_address(entity: str, record: int, pairs: Pairs) -> str:
    """Return the address of the form of a record, 0 being a new one."""
    return edit_url(entity, record, pairs) if record else new_url(entity, pairs)


def _way_back(entity: str, record: int, variant: Sequence[Sequence[str]], number: str) -> str:
    """Return where a form goes on; what its sources filled in was kept with it.

    They may be gone by now, or closed, and nothing of what was typed depends on them.
    """
    pairs = [(name, text) for name, text in variant if name not in _FILLING]
    return form_address(entity, record, [*pairs, (FORM_NUMBER, number)])


def with_draft(desk: Desk, reader: Reader, entity: EntityModel, asked: FormRequest) -> FormRequest:
    """Return a form that is opened with the draft it goes on with, or the newest on offer."""
    if current_opening().own is not None:
        return asked  # whoever looks as somebody else neither reads nor writes his drafts
    drafts = read_drafts(desk.session, entity.definition.id, asked.record or 0)
    wanted, variant = request.args.get(FORM_NUMBER, ""), variant_of_address()
    found = next((each for each in drafts if each.form == wanted), None)
    if found is not None:
        return _continued(desk, reader, entity, asked, found)
    number = wanted if is_form_number(wanted) else secrets.token_hex(8)
    asked = _numbered(entity, asked, number, variant)
    fitting = (each for each in drafts if not _begun(variant) or _begun(variant) == _begun_of(each))
    offered = next(fitting, None)
    if offered is None or asked.draft is None:
        return asked
    kept = kept_inputs(desk, entity, offered.inputs)
    title = (kept.inputs.get(entity.definition.title) or [""])[-1] if not asked.record else ""
    key = "draft.offered_title" if title else "draft.offered"
    draft = replace(
        asked.draft,
        offer=reader.t(key, at=_moment(reader, offered), title=title[:60]),
        notes=_notes(reader, asked, offered, kept),
        actions=(
            _go_on(reader, entity, asked.record or 0, offered),
            _drop(reader, entity, asked.record or 0, offered),
        ),
    )
    return replace(asked, draft=draft)


def with_draft_again(entity: EntityModel, asked: FormRequest, *, fresh: bool) -> FormRequest:
    """Return a form that is shown again with the number it had; ``fresh``: as another form."""
    if current_opening().own is not None:
        return asked
    posted = (asked.typed.get(FORM_NUMBER) or [""])[-1]
    number = posted if is_form_number(posted) and not fresh else secrets.token_hex(8)
    back = (asked.typed.get("return") or [""])[-1]
    return _numbered(entity, asked, number, (("return", back),) if is_local(back) else ())


def drop_posted(desk: Desk, entity: EntityModel, record: int, typed: Typed) -> None:
    """Forget the draft of a form that is being saved."""
    number = (typed.get(FORM_NUMBER) or [""])[-1]
    if is_form_number(number):
        drop_draft(desk.session, entity.definition.id, record, number)


def _numbered(
    entity: EntityModel, asked: FormRequest, number: str, variant: Sequence[tuple[str, str]]
) -> FormRequest:
    record = asked.record or 0
    draft = FormDraft(
        number=number,
        account=current_opening().context.principal.account or 0,
        keep_url=draft_url(entity.name, record, number, variant),
        resume_url=_way_back(entity.name, record, variant, number),
    )
    return replace(asked, draft=draft, hidden=(*asked.hidden, (FORM_NUMBER, number)))


def _continued(
    desk: Desk, reader: Reader, entity: EntityModel, asked: FormRequest, draft: TypedDraft
) -> FormRequest:
    """Return the form as it was left; its version is the one that it was begun from."""
    kept = kept_inputs(desk, entity, draft.inputs)
    variant = _pairs(draft.variant)
    notes = _notes(reader, asked, draft, kept)
    asked = _numbered(entity, asked, draft.form, variant)
    assert asked.draft is not None
    shown = replace(
        asked.draft,
        continued=reader.t("draft.continued", at=_moment(reader, draft)),
        notes=notes,
        actions=(_drop(reader, entity, asked.record or 0, draft),),
    )
    version = draft.version if asked.record else None
    return replace(asked, draft=shown, typed=kept.inputs, version=version or asked.version)


def _go_on(reader: Reader, entity: EntityModel, record: int, draft: TypedDraft) -> Action:
    url = _way_back(entity.name, record, draft.variant, draft.form)
    return Action(label=reader.t("draft.continue"), url=url, primary=True)


def _drop(reader: Reader, entity: EntityModel, record: int, draft: TypedDraft) -> Action:
    url = draft_url(entity.name, record, draft.form, _pairs(draft.variant), verb="drop")
    ask = reader.t("draft.drop_ask")
    return Action(label=reader.t("draft.drop"), url=url, post=True, confirm=ask)


def _notes(
    reader: Reader, asked: FormRequest, draft: TypedDraft, kept: KeptInputs
) -> tuple[str, ...]:
    """Return what whoever goes on has to know: the record changed, fields are no more."""
    notes: list[str] = []
    if asked.record and draft.version is not None and draft.version != asked.version:
        notes.append(reader.t("draft.changed"))
    # They are called as they were when he typed into them: he knows no other name of them.
    left = [draft.labels[path] for path in draft.labels if path in kept.left_out]
    if left:
        notes.append(reader.t("draft.left_out", fields=reader.listed(dict.fromkeys(left))))
    return tuple(notes)


def _moment(reader: Reader, draft: TypedDraft) -> str:
    assert draft.at is not None
    return reader.locale.datetime(draft.at)


def _pairs(variant: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in variant)


def _begun(variant: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Return how a record is begun; where one goes back to afterwards makes no other form."""
    return [(name, text) for name, text in variant if name != "return"]


def _begun_of(draft: TypedDraft) -> list[tuple[str, str]]:
    return _begun(draft.variant)
