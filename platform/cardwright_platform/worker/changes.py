"""Changes of definitions in the background: packs are looked at, long plans are applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_entities.access.defining import needed_features
from cardwright_entities.access.features import DEFINE
from cardwright_entities.accounts.accounts import read_account
from cardwright_entities.changes.commits import load_documents, read_active, read_commit
from cardwright_entities.changes.kept_plans import KeptPlan, keep_plan, note_commit, read_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import read_file
from cardwright_entities.files.uses import keep_for_job
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.store.sessions import Session
from cardwright_metadata.checking import write_problems
from cardwright_metadata.definitions.scenarios import ScenarioDefinition
from cardwright_metadata.extending import Choices
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.three_ways import TAKE
from cardwright_platform.installed_packs import still_installed
from cardwright_platform.installing import apply_plan
from cardwright_platform.instance import Instance
from cardwright_platform.packs.plans import (
    PackError,
    PackPlan,
    bring_records,
    keep_archive,
    plan_install,
    plan_uninstall,
)
from cardwright_platform.written_packs import packs_of

PLAN, APPLY = "plan_pack", "apply_plan"
#: A plan that takes no longer, by a rough guess, is applied at once.
AT_ONCE_SECONDS = 2.0
_PROBLEMS = 5


def change_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that change definitions; one runs at a time."""
    return (
        JobKind(name=PLAN, run=lambda run: _plan(run, instance), attempts=1, at_once=1),
        JobKind(name=APPLY, run=lambda run: _apply(run, instance), at_once=1),
    )


def ask_for_plan(instance: Instance, session: Session, wish: Mapping[str, Any]) -> int:
    """Enqueue a look at a pack; ``wish`` says what to do with which archive or pack."""
    job = instance.jobs.enqueue(session, PLAN, wish)
    if wish.get("file"):
        keep_for_job(session, int(wish["file"]), job, "source")
    return job


def ask_for_apply(instance: Instance, session: Session, kept: KeptPlan, reason: str) -> int:
    """Enqueue the application of a plan; asked again it is the same job."""
    arguments = {"plan": kept.id, "reason": reason}
    return instance.jobs.enqueue(session, APPLY, arguments, key=f"apply/{kept.id}")


def takes_long(kept: KeptPlan) -> bool:
    """Tell whether a plan is applied in the background: many rows, a pack, what is purged."""
    seconds = sum(cost.seconds for cost in kept.plan.costs)
    return bool(kept.pack or kept.plan.archives) or seconds > AT_ONCE_SECONDS


def apply_kept(instance: Instance, kept: KeptPlan, *, author: str, reason: str, by: Context) -> int:
    """Apply a plan that was kept, with the records and the archive of its pack; ``by`` does it."""
    # Whatever goes for good waits for others' work, not for this.
    instance.in_flight.end()
    failed = int(kept.pack.get("failed", 0))
    if failed:
        raise PackError(Message.of("pack_scenarios", count=failed))
    number = apply_plan(instance, kept.plan, author=author, reason=reason, by=by)
    if kept.pack and kept.pack["action"] != "uninstall":
        bring_records(instance, kept.plan, number)
        keep_archive(instance, _content(instance, kept.pack.get("file")))
    return number


def _plan(run: JobRun, instance: Instance) -> None:
    wish = run.job.arguments
    with instance.engine.read(run.context) as desk:
        _check_right(desk)
        documents = load_documents(desk.session, read_active(desk.session).number)
    try:
        with packs_of(documents, {}) as packs:
            found = _found(run, instance, still_installed(instance, packs))
    except MetadataError as error:
        said = write_problems(error.problems[:_PROBLEMS])
        raise PackError(Message.of("pack_problems", problems=said)) from error
    told = {key: each for key, each in found.to_json().items() if key not in ("plan", "safe")}
    told |= {"failed": len(found.failed), "file": wish.get("file")}

    def keep(step: JobStep) -> None:
        step.advance(done=step.progress.total)
        step.complete({"plan": keep_plan(step.session, found.plan, told).id})

    run.write(keep)


def _found(run: JobRun, instance: Instance, present: tuple[Pack, ...]) -> PackPlan:
    wish = run.job.arguments
    action = wish["action"]

    def playing(scenario: ScenarioDefinition, number: int, count: int) -> None:
        run.write(lambda step: step.advance(done=number - 1, total=count))

    if action not in ("install", "upgrade"):
        return plan_uninstall(
            instance,
            str(wish["pack"]),
            hand_over=action == "hand_over",
            purge=action == "purge",
            present=present,
            playing=playing,
        )
    choices: Choices = {}
    for written in wish.get("take", ()):
        target, _, path = str(written).partition(":")
        choices = {**choices, (target, tuple(path.split("."))): TAKE}
    with instance.store.read(instance.system_context()) as session:
        content = read_file(session, int(wish["file"])).sha256
    return plan_install(
        instance,
        Blobs(instance.config.files_folder).path(content),
        upgrade=action == "upgrade",
        choices=choices,
        present=present,
        playing=playing,
    )


def _apply(run: JobRun, instance: Instance) -> None:
    with instance.engine.read(run.context) as desk:
        kept = read_plan(desk.session, str(run.job.arguments["plan"]))
        check_defining(desk, kept.plan)
        account = run.context.principal.account
        author = read_account(desk.session, account).login if account else ""
        done = kept.commit or _became(desk.session, kept)
    reason = str(run.job.arguments["reason"])
    number = done or apply_kept(instance, kept, author=author, reason=reason, by=run.context)

    def note(session: Session) -> dict[str, int]:
        note_commit(session, kept.id, number)
        return {"commit": number}

    run.write(lambda step: step.complete(note(step.session)))


def _became(session: Session, kept: KeptPlan) -> int:
    """Return the commit in use if it is this plan's: its job was killed after it."""
    active = read_active(session)
    same = read_commit(session, active.number).part_hashes == kept.plan.parts
    return active.number if same and not kept.plan.is_empty else 0


def check_defining(desk: Desk, plan: Plan) -> None:
    """Raise AccessError unless whoever applies a plan has every feature that it needs."""
    principal = desk.context.principal
    needed = needed_features(desk.session, plan, desk.model.catalog)
    missing = [each for each in sorted(needed) if not desk.policy.has_feature(principal, each)]
    if missing:
        raise AccessError(Message.of("plan_needs", features=", ".join(missing)))


def _check_right(desk: Desk) -> None:
    # Rights as they are now, not as they were when it was asked for.
    if not desk.policy.has_feature(desk.context.principal, DEFINE):
        raise AccessError(Message("forbidden"))


def _content(instance: Instance, file: int | None) -> bytes:
    if not file:
        return b""
    with instance.store.read(instance.system_context()) as session:
        content = read_file(session, file).sha256
    return Blobs(instance.config.files_folder).path(content).read_bytes()
