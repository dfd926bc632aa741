"""The small form that asks why somebody exports, before the export begins."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.errors import InputError
from cardwright_entities.exchange.reasons import LONGEST, PLACE
from cardwright_platform.views.forms import ActionForm, FormSection, Input
from cardwright_platform.web.presenting.reader import Reader

#: What a form of a page sends beside what is asked.
_OF_FORMS = frozenset({"csrf_token", PLACE})


def reason_form(
    reader: Reader,
    label: str,
    action: str,
    back: str,
    *,
    sent: Iterable[tuple[str, str]] = (),
    typed: str = "",
    error: InputError | None = None,
) -> ActionForm:
    """Return the form; ``label``: what is exported; ``sent``: what is sent again with the reason.

    ``error``: why the reason that was ``typed`` will not do.
    """
    said = error.fields.get(PLACE, ()) if error is not None else ()
    asked = Input(
        name=PLACE,
        widget="textarea",
        label=reader.t("export.reason"),
        text=typed,
        help=reader.t("export.reason_help"),
        errors=tuple(reader.say(each) for each in said),
        required=True,
        focus=True,
        length=LONGEST,
        rows=2,
        span=4,
    )
    return ActionForm(
        title=reader.t("job.export", entity=label),
        entity=label,
        action=action,
        list_url=back,
        cancel_url=back,
        sections=(FormSection(name="asks", inputs=(asked,), columns=1),),
        hidden=tuple(pair for pair in sent if pair[0] not in _OF_FORMS),
        save_label=reader.t("list.export"),
    )
