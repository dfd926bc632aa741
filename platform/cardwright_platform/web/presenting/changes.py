"""Changes, plans and packs -> what their pages show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cardwright_entities.changes.commits import Commit, read_active
from cardwright_entities.changes.conversion_rows import count_rejects, list_rejects
from cardwright_entities.changes.kept_plans import KeptPlan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.jobs.queue import ENDED, Job
from cardwright_entities.queries.former_values import Failing
from cardwright_platform.confined.packs import unpacked
from cardwright_platform.installed_packs import OF_SITE
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import SUFFIXES
from cardwright_platform.views.cells import Action
from cardwright_platform.views.changes import ChangePage, ChangeRow, PackRow, Places
from cardwright_platform.web.presenting.jobs import error_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import CHANGES, SETTINGS, card_url

_NAMED = 20
#: Values that did not convert, of which those are named that the reader may read.
_LOOKED_AT = 200


def change_row(reader: Reader, commit: Commit) -> ChangeRow:
    """Return an applied change as the list shows it."""
    return ChangeRow(
        label=next(iter(_sentences(reader, commit.plan)), ""),
        url=f"{CHANGES}/{commit.number}",
        when=reader.locale.datetime(commit.at),
        facts=(reader.t("changes.number", number=commit.number), _author(reader, commit)),
        reason=commit.reason,
    )


def waiting_row(reader: Reader, kept: KeptPlan) -> ChangeRow:
    """Return a plan that waits as the list shows it."""
    return ChangeRow(
        label=kept.plan.describe(reader.locale.language)[0],
        url=f"{CHANGES}/plans/{kept.id}",
        when=reader.locale.datetime(kept.at) if kept.at else "",
        facts=(str(kept.pack["pack"]),) if kept.pack else (),
        reason=kept.reason,
        icon="clock",
    )


def change_page(desk: Desk, reader: Reader, commit: Commit) -> ChangePage:
    """Return the page of an applied change."""
    number = commit.number
    revert = Action(
        label=reader.t("changes.revert"),
        url=f"{CHANGES}/{number}/revert",
        icon="arrow-back-up",
        post=True,
        back=True,
        confirm=reader.t("changes.revert_confirm", number=number),
    )
    rejects = _rejects(desk, reader, number)
    return ChangePage(
        title=reader.t("changes.number", number=number),
        back_label=reader.t("changes.title"),
        back_url=CHANGES,
        sentences=_sentences(reader, commit.plan) or (reader.t("changes.number", number=number),),
        facts=(
            (reader.t("changes.author"), _author(reader, commit)),
            (reader.t("changes.reason"), commit.reason or "–"),
            (reader.t("changes.when"), reader.locale.datetime(commit.at)),
        ),
        places=(rejects,) if rejects is not None else (),
        actions=(revert,) if commit.parent else (),
        tone="success",
        icon="circle-check",
    )


def plan_page(desk: Desk, reader: Reader, kept: KeptPlan, job: Job | None) -> ChangePage:
    """Return the page of a plan; ``job`` is the one that applies it, if there is one."""
    plan = kept.plan
    running = job is not None and job.state not in ENDED
    notes = list(_notes(desk, reader, kept, job))
    blocked = bool(plan.blocking) or plan.base != read_active(desk.session).number
    apply = Action(
        label=reader.t("changes.apply"),
        url=f"{CHANGES}/plans/{kept.id}/apply",
        icon="check",
        post=True,
        primary=True,
        danger=bool(plan.archives),
        confirm=reader.t("changes.apply_confirm"),
    )
    return ChangePage(
        title=reader.t("changes.plan"),
        back_label=reader.t("changes.title"),
        back_url=CHANGES,
        sentences=plan.describe(reader.locale.language),
        facts=((reader.t("changes.reason"), kept.reason),) if kept.reason else (),
        notes=tuple(notes),
        places=tuple(_places(desk, reader, kept)),
        actions=() if running or blocked else (apply,),
        tone="warning" if notes and not running else "",
        icon="clock",
        poll_url=f"{CHANGES}/plans/{kept.id}" if running else "",
    )


def pack_row(desk: Desk, reader: Reader, instance: Instance, part: Mapping[str, Any]) -> PackRow:
    """Return one pack as the list shows it; its signature is that of the archive it came from."""
    name = str(part["name"])
    catalog = desk.model.catalog
    has_settings = any(each.pack == name for each in catalog.settings.values())
    archive = str(part.get("archive", ""))
    key = _signer(instance, archive) if archive not in ("", OF_SITE) else ""
    if key:
        signature = reader.t("packs.signed", by=key[:12])
    elif archive:
        signature = reader.t("packs.of_site" if archive == OF_SITE else "packs.unsigned")
    else:
        signature = reader.t("packs.bundled")
    version, vendor = part.get("version"), part.get("vendor")
    facts = (reader.t("packs.version", version=version) if version else "", str(vendor or ""))
    return PackRow(
        label=reader.text(catalog.packs[name].label, name) if name in catalog.packs else name,
        name=name,
        facts=tuple(filter(None, facts)),
        signature=signature,
        signed=bool(key),
        settings_url=f"{SETTINGS}#s-{name}" if has_settings else "",
    )


def _signer(instance: Instance, archive: str) -> str:
    """Return the key with which an installed archive is signed, empty for none."""
    path = instance.config.folder / "packs" / f"{archive}.zip"
    if not path.is_file():
        return ""
    try:
        with unpacked(path, SUFFIXES) as opened:
            return opened.key
    except CardwrightError:
        return ""


def _notes(desk: Desk, reader: Reader, kept: KeptPlan, job: Job | None) -> Iterator[str]:
    if job is not None and job.state not in ENDED:
        yield reader.t("changes.applying")
        return
    if job is not None and job.error:
        yield error_of(reader, job)
    if kept.plan.base != read_active(desk.session).number:
        yield reader.t("changes.stale")
    for each in kept.plan.blocking:
        kind = reader.t(f"changes.offence_{each.kind}")
        yield reader.t("changes.offence", count=each.count, kind=kind)


def _rejects(desk: Desk, reader: Reader, number: int) -> Places | None:
    """Return the values that did not convert in a change, those that the reader may read."""
    count = count_rejects(desk.session, number)
    found = list_rejects(desk.session, number, limit=_LOOKED_AT)
    former = desk.former_values.of_commit(found)
    items = [
        (_failed(reader, told, each.field), card_url(told.entity, told.record))
        for each, told in zip(found, former, strict=True)
        if told is not None
    ]
    return _named(reader, reader.t("changes.rejects"), items[:_NAMED], count) if count else None


def _named(reader: Reader, label: str, items: Sequence[tuple[str, str]], count: int) -> Places:
    """Return records under a heading, and how many of them are not named."""
    left = count - len(items)
    more = reader.t("changes.more" if items else "changes.hidden", count=left) if left else ""
    return Places(label=label, items=tuple(items), more=more)


def _failed(reader: Reader, told: Failing, field: str) -> str:
    """Return in words what does not do: of which record, which value, and why."""
    entity = reader.model.entity(told.entity)
    said = told.title or f"{reader.entity_label(entity)} #{told.record}"
    if told.value:
        known = entity.fields.get(field)
        label = reader.text(known.definition.label, field) if known else field
        said = f"{said} · {reader.t('changes.value', field=label, value=told.value)}"
    why = _why(reader, told)
    return f"{said} – {why}" if why else said


def _why(reader: Reader, told: Failing) -> str:
    """Return the reason in words; a plan keeps none of what its sentence may ask for."""
    if told.reason is None:
        return ""
    sentence = reader.words.sentence(reader.language, told.reason.code)
    return reader.say(told.reason) if told.reason.params or "{" not in sentence else ""


def offended_places(desk: Desk, reader: Reader, plan: Plan) -> Iterator[Places]:
    """Yield the records that stand against a plan, those by name that the reader may read."""
    for each in plan.offences:
        kind = reader.t(f"changes.offence_{each.kind}")
        items = [
            (_failed(reader, told, each.fields[0]), card_url(told.entity, told.record))
            for told in desk.former_values.of_plan(plan, each)
        ]
        label = reader.t("changes.offence", count=each.count, kind=kind)
        yield _named(reader, label, items, each.count)


def _places(desk: Desk, reader: Reader, kept: KeptPlan) -> Iterator[Places]:
    yield from offended_places(desk, reader, kept.plan)
    uses = [
        reader.t(
            "changes.views", place=use.place, field=f"{use.entity}.{use.field}", count=use.views
        )
        if use.views
        else f"{use.place}: {use.entity}.{use.field}"
        for use in kept.plan.uses
    ]
    if uses:
        left = len(uses) - _NAMED
        yield Places(
            label=reader.t("changes.uses"),
            items=tuple((each, "") for each in uses[:_NAMED]),
            more=reader.t("changes.more", count=left) if left > 0 else "",
        )


def _sentences(reader: Reader, plan: Mapping[str, Any]) -> tuple[str, ...]:
    told: Mapping[str, Sequence[str]] = plan.get("effects", {})
    language = "zh" if reader.locale.language.startswith("zh") else "en"
    return tuple(told.get(language, ()))


def _author(reader: Reader, commit: Commit) -> str:
    return reader.t("changes.system") if commit.author in ("", "system") else commit.author
