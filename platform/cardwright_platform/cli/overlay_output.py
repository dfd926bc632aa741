"""What a plan means for one's own changes to packs, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cardwright_entities.changes.overlay_report import OverlayReport
from cardwright_metadata.extending import Choices
from cardwright_metadata.marks import write_path
from cardwright_metadata.three_ways import TAKE
from cardwright_platform.cli.output import Output

take_option = click.option(
    "--take",
    "taken",
    multiple=True,
    help="Take the pack's value where both changed it: entity/customer:label.zh; else yours stays.",
)


def choices_of(taken: Sequence[str]) -> Choices:
    """Return what ``entity/customer:label.zh`` and the like decide."""
    found = {}
    for written in taken:
        target, _, path = written.partition(":")
        found[target, tuple(path.split("."))] = TAKE
    return found


def show_overlays(found: OverlayReport, output: Output) -> None:
    """Write every property that both changed, and what lost its target."""
    if output.as_json:
        return
    for each in found.meetings:
        output.say(
            "cli.pack_conflict",
            target=each.target,
            path=write_path(each.path),
            base=_shown(each.base),
            theirs=_shown(each.theirs),
            ours=_shown(each.ours),
            choice=each.choice,
        )
        if each.choice != TAKE:
            output.say("cli.pack_take", target=each.target, path=write_path(each.path))
    for orphan in found.parked:
        output.say(
            "cli.pack_orphan",
            target=orphan.target,
            path=write_path(orphan.path),
            value=_shown(orphan.value),
        )


def _shown(value: object) -> str:
    return "—" if value is None else str(value)
