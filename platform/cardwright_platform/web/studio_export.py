"""What was shaped on screen, taken along as the archive of a pack."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.errors import InputError
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import reading, requires
from cardwright_platform.studio.exporting import ExportWish, export_pack
from cardwright_platform.views.forms import Input
from cardwright_platform.views.studio import StudioFieldForm, TypedInput
from cardwright_platform.web.answers import show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.studio import LONGEST_LABEL
from cardwright_platform.web.urls import STUDIO, STUDIO_EXPORT

pages = Blueprint("studio_export", __name__)

_NAMES = ("prefix", "pack_label", "version")


@pages.get(STUDIO_EXPORT)
@requires(DEFINE)
def show_export() -> ResponseReturnValue:
    """Ask how the pack is called elsewhere."""
    return _form({"version": "1.0"})


@pages.post(STUDIO_EXPORT)
@requires(DEFINE)
@reading
def take() -> ResponseReturnValue:
    """Give the archive out, or say what stands against it."""
    typed = {name: request.form.get(name, "").strip()[:LONGEST_LABEL] for name in _NAMES}
    wish = ExportWish(
        prefix=typed["prefix"],
        label=typed["pack_label"] or typed["prefix"],
        version=typed["version"] or "1.0",
    )
    try:
        built = export_pack(current_instance(), wish)
    except InputError as error:
        with reading_desk() as desk:
            reader = reader_at(desk)
        return _form(typed, wrong=tuple(reader.say(each) for each in error.messages))
    except MetadataError as error:
        return _form(typed, problems=tuple(each.message for each in error.problems[:5]))
    answer = Response(built.content, mimetype="application/zip")
    name = f"{built.manifest.name}-{built.manifest.version}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _form(
    typed: dict[str, str], *, wrong: tuple[str, ...] = (), problems: tuple[str, ...] = ()
) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        inputs = [
            Input(
                name=name,
                label=reader.t(f"studio.{name}"),
                text=typed.get(name, ""),
                required=name == "prefix",
                help=reader.t("studio.prefix_help") if name == "prefix" else "",
                length=LONGEST_LABEL,
                errors=wrong if name == "prefix" else (),
                span=2,
            )
            for name in _NAMES
        ]
        page = StudioFieldForm(
            title=reader.t("studio.export"),
            back_label=reader.t("studio.title"),
            back_url=STUDIO,
            action=STUDIO_EXPORT,
            inputs=tuple(TypedInput(input=each) for each in inputs),
            save_label=reader.t("studio.take"),
            errors=problems,
            notes=(reader.t("studio.export_about"),),
        )
        return show(page, desk, status=422 if wrong or problems else 200)
