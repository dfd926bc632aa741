"""Background jobs in the reader's words: what runs, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.exchange.requests import EXPORT, IMPORT
from cardwright_entities.flows.owners.kinds import HAND_OVER
from cardwright_entities.jobs.outcomes import RowOutcome
from cardwright_entities.jobs.queue import ENDED, Job
from cardwright_platform.views.cells import Action
from cardwright_platform.views.imports import Count, ImportProgress, ImportResult, RowMessage
from cardwright_platform.views.jobs import JobView
from cardwright_platform.web.presenting.imports import steps
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import file_url, job_url, list_url, undo_url

_HUES: Mapping[str, str] = {
    "waiting": "slate",
    "running": "blue",
    "done": "green",
    "failed": "red",
    "cancelled": "amber",
}


def job_view(desk: Desk, reader: Reader, job: Job, who: str = "") -> JobView:
    """Return one job as the list of jobs shows it."""
    done, total = job.progress.done, job.progress.total
    percent = 100 if job.state == "done" else int(done * 100 / total) if total else 0
    progress = ""
    if job.state in ("running", "waiting") and (done or total):
        progress = f"{reader.locale.number(done)} / {reader.locale.number(total)}"
    return JobView(
        id=str(job.id),
        label=_label(desk, reader, job),
        state=job.state,
        state_label=reader.t(f"job.state_{job.state}"),
        url=job_url(job.id),
        hue=_HUES.get(job.state, "slate"),
        percent=min(percent, 100),
        progress=progress,
        who=who,
        when=reader.locale.datetime(job.created_at),
        result=_result(reader, job),
        error=error_of(reader, job),
        actions=_actions(reader, job),
    )


def _label(desk: Desk, reader: Reader, job: Job) -> str:
    name = str(job.arguments.get("entity", ""))
    if job.kind in (IMPORT, EXPORT) and name in desk.model.catalog.entities:
        entity = reader.inside(reader.list_label(desk.model.entity(name)))
        dry = job.kind == IMPORT and bool(job.arguments.get("dry_run"))
        key = "job.try_import" if dry else f"job.{job.kind}"
        return reader.t(key, entity=entity)
    rule = desk.model.catalog.rules.get(str(job.arguments.get("rule", "")))
    if rule is not None:
        return reader.text(rule.label, rule.name)
    key = f"job.kind.{job.kind}"
    return reader.t(key) if reader.words.knows(key) else job.kind


def _result(reader: Reader, job: Job) -> str:
    if job.state != "done" or not job.result:
        return ""
    if job.kind == IMPORT:
        return reader.t(
            "job.import_result",
            imported=job.result.get("imported", 0),
            rejected=job.result.get("rejected", 0),
        )
    if job.kind == EXPORT:
        return reader.t("job.export_result", rows=job.result.get("rows", 0))
    if job.kind == HAND_OVER:
        handed, refused = (_n(reader, job.result, name) for name in ("handed", "refused"))
        return reader.t("job.hand_over_result", handed=handed, refused=refused)
    if "cleared" in job.result:
        cleared = _n(reader, job.result, "cleared")
        return reader.t("job.clear_result", cleared=cleared, backup=job.result["backup"])
    if "purged" in job.result:
        purged, refused = (_n(reader, job.result, name) for name in ("purged", "refused"))
        return reader.t("job.purge_result", purged=purged, refused=refused)
    return ""


def error_of(reader: Reader, job: Job) -> str:
    """Return in words why a job failed, empty if it did not."""
    if not job.error:
        return ""
    code = str(job.error.get("code", "unexpected"))
    params: dict[str, Any] = dict(job.error.get("params", {}))
    return reader.words.translate(reader.language, code, params)


def _actions(reader: Reader, job: Job) -> tuple[Action, ...]:
    actions: list[Action] = []
    if job.state not in ENDED:
        url = f"{job_url(job.id)}/cancel"
        actions.append(Action(label=reader.t("cancel"), url=url, icon="x", post=True))
    if job.state in ("failed", "cancelled"):
        url = f"{job_url(job.id)}/resume"
        actions.append(Action(label=reader.t("job.resume"), url=url, icon="refresh", post=True))
    if job.kind == HAND_OVER and job.state == "done" and (job.result or {}).get("handed"):
        url = undo_url(int((job.result or {})["change_set"]))
        label, icon = reader.t("job.hand_over_undo"), "arrow-back-up"
        actions.append(Action(label=label, url=url, icon=icon, post=True, confirm=f"{label}?"))
    if _file_url(job):
        actions.append(
            Action(
                label=reader.t("job.download"),
                url=_file_url(job),
                icon="download",
                download=True,
                primary=True,
            )
        )
    return tuple(actions)


def progress_view(desk: Desk, reader: Reader, job: Job, *, begun: bool = False) -> ImportProgress:
    """Return the page of a job at work; of an export just begun the browser fetches the file."""
    entity = desk.model.entity(str(job.arguments["entity"]))
    now = 2 if job.arguments.get("dry_run") else 3
    return ImportProgress(
        title=_label(desk, reader, job),
        entity=reader.entity_label(entity),
        list_url=list_url(entity.name),
        steps=steps(reader, now) if job.kind == IMPORT else (),
        job=job_view(desk, reader, job),
        note="" if job.state in ENDED else reader.t(f"job.leave_{job.kind}"),
        poll_url="" if job.state in ENDED else job_url(job.id, begun=begun),
        fetch_url=_file_url(job) if begun else "",
    )


def _file_url(job: Job) -> str:
    file = (job.result or {}).get("file")
    return file_url(int(file)) if job.kind == EXPORT and job.state == "done" and file else ""


def import_result_view(
    desk: Desk, reader: Reader, job: Job, outcomes: Sequence[RowOutcome]
) -> ImportResult:
    """Return the page of an import that was tried or done."""
    entity = desk.model.entity(str(job.arguments["entity"]))
    result = job.result or {}
    dry = bool(result.get("dry_run"))
    label = reader.entity_label(entity)
    unknown = result.get("unknown_columns") or []
    text = reader.t("import.unknown", columns=reader.listed(map(str, unknown))) if unknown else ""
    return ImportResult(
        title=_label(desk, reader, job),
        entity=label,
        list_url=list_url(entity.name),
        steps=steps(reader, 2 if dry else 3),
        dry=dry,
        headline=reader.t("import.dry_headline" if dry else "import.done_headline", entity=label),
        text=text,
        counts=_counts(reader, result),
        messages=tuple(
            message for each in outcomes for message in _messages(desk, reader, entity.name, each)
        ),
        rejects=_rejects(reader, result),
        action=_begin(reader, job, result) if dry else None,
        undo=None if dry else _undo(reader, result),
        open=None
        if dry
        else Action(
            label=reader.t("import.open", entity=reader.inside(reader.list_label(entity))),
            url=list_url(entity.name),
        ),
    )


def _counts(reader: Reader, result: Mapping[str, Any]) -> tuple[Count, ...]:
    tones = {"created": "success", "rejected": "danger" if result.get("rejected") else ""}
    return tuple(
        Count(
            label=reader.t(f"import.count_{name}"),
            text=_n(reader, result, name),
            tone=tones.get(name, ""),
        )
        for name in ("rows", "created", "updated", "rejected")
    )


def _rejects(reader: Reader, result: Mapping[str, Any]) -> Action | None:
    file = result.get("rejects")
    if not file:
        return None
    label = reader.t("import.rejects")
    return Action(label=label, url=file_url(int(file)), icon="download", download=True)


def _begin(reader: Reader, job: Job, result: Mapping[str, Any]) -> Action | None:
    if not result.get("imported"):
        return None
    return Action(
        label=reader.t("import.begin", count=_n(reader, result, "imported")),
        url=f"{job_url(job.id)}/begin",
        post=True,
        primary=True,
    )


def _undo(reader: Reader, result: Mapping[str, Any]) -> Action | None:
    change_set = result.get("change_set")
    if not change_set or not result.get("imported"):
        return None
    return Action(
        label=reader.t("import.undo"),
        url=undo_url(int(change_set)),
        icon="arrow-back-up",
        post=True,
        confirm=reader.t("import.undo_confirm", count=_n(reader, result, "imported")),
    )


def _n(reader: Reader, result: Mapping[str, Any], name: str) -> str:
    return reader.locale.number(int(result.get(name) or 0))


def _messages(
    desk: Desk, reader: Reader, entity_name: str, outcome: RowOutcome
) -> list[RowMessage]:
    entity = desk.model.entity(entity_name)
    tone = "danger" if outcome.outcome == "rejected" else "warning"
    return [
        RowMessage(
            row=str(outcome.row),
            column=reader.path_label(entity, path) if path else "",
            text=reader.say(message),
            tone=tone,
        )
        for path, messages in outcome.messages.items()
        for message in messages
    ]
