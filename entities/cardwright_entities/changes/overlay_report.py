"""What became of the changes that packs and the site make to each other's definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_metadata.marks import write_path
from cardwright_metadata.three_ways import TAKE, Meeting, Merging, Parked

_ZH = {
    "kept": "本企业定制保留 {kept} 处。",
    "followed": "本企业定制保留 {kept} 处，其中 {followed} 处随改名跟随。",
    "met": "{met} 处模块与本企业都有改动：{ours} 处保留本企业，{theirs} 处采用模块。",
    "parked": "{parked} 处定制的对象已不存在，暂存备查，不影响使用。",
}
_EN = {
    "kept": "{kept} own changes stay.",
    "followed": "{kept} own changes stay, {followed} follow a new name.",
    "met": "{met} were changed by the pack too: {ours} keep your value, {theirs} take the pack's.",
    "parked": "{parked} changed something that is gone; they are put aside and harm nothing.",
}


@dataclass(frozen=True, kw_only=True)
class OverlayReport:
    """Part of a plan: how many changes stay, which met another, which lost their target."""

    kept: int = 0
    followed: tuple[tuple[str, str, str], ...] = ()  #: definition, path now, name before
    meetings: tuple[Meeting, ...] = ()
    parked: tuple[Parked, ...] = ()

    def describe(self, language: str) -> tuple[str, ...]:
        """Return what happened to the changes, none where nothing did: at most three sentences."""
        if not (self.meetings or self.parked or self.followed):
            return ()
        words = _ZH if language.startswith("zh") else _EN
        taken = sum(each.choice == TAKE for each in self.meetings)
        counts = {
            "kept": self.kept,
            "followed": len(self.followed),
            "met": len(self.meetings),
            "ours": len(self.meetings) - taken,
            "theirs": taken,
            "parked": len(self.parked),
        }
        wanted = ("followed" if self.followed else "kept", "met", "parked")
        return tuple(words[name].format_map(counts) for name in wanted if counts[name])

    def to_json(self) -> dict[str, Any]:
        """Return the report for the API, for files and for the commit."""
        return {
            "kept": self.kept,
            "sentences": {each: list(self.describe(each)) for each in ("zh", "en")},
            "conflicts": [
                {
                    "pack": each.pack,
                    "target": each.target,
                    "path": write_path(each.path),
                    "base": each.base,
                    "theirs": each.theirs,
                    "ours": each.ours,
                    "choice": each.choice,
                    "place": str(each.place) if each.place else None,
                }
                for each in self.meetings
            ],
            "orphans": [
                {
                    "pack": each.pack,
                    "target": each.target,
                    "path": write_path(each.path),
                    "value": each.value,
                    "place": str(each.place) if each.place else None,
                }
                for each in self.parked
            ],
            "followed": [
                {"target": target, "path": path, "was": was} for target, path, was in self.followed
            ],
        }


def overlay_report(merged: Sequence[Merging]) -> OverlayReport:
    """Put together what merging found out about all packs."""
    return OverlayReport(
        kept=sum(not each.parked and not each.choice for one in merged for each in one.entries),
        followed=tuple(
            (target, write_path(path), was) for one in merged for target, path, was in one.followed
        ),
        meetings=tuple(each for one in merged for each in one.meetings),
        parked=tuple(each for one in merged for each in one.parked),
    )
