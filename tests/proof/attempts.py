"""Everything that is tried without a step of rights: ways of asking, reader by reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from access_world.annex import CALLERS, Annex, build_annex
from access_world.annexed import ANNEXED
from access_world.annexed import Probe as AnnexedProbe
from access_world.deeds import DOERS, DOING, DOING_ANYWAY
from access_world.lending import LENDING
from access_world.probing import READING, Difference, Probe
from access_world.rights import READERS
from access_world.served import SERVED, VISITORS, Site, ask, build_site
from access_world.stage import Stage, build_stage


@dataclass(frozen=True)
class Worlds:
    """The worlds that are asked about, each opened once in a process; kept in a folder."""

    folder: Path

    @cached_property
    def stage(self) -> Stage:
        """Return the workshop."""
        return build_stage(f"sqlite:///{self.folder / 'world.sqlite'}")

    @cached_property
    def annex(self) -> Annex:
        """Return the annex."""
        return build_annex(f"sqlite:///{self.folder / 'annex.sqlite'}")

    @cached_property
    def site(self) -> Site:
        """Return the workshop behind the application."""
        return build_site(f"sqlite:///{self.folder / 'site.sqlite'}", self.folder)

    def close(self) -> None:
        """Close what was opened."""
        if "stage" in vars(self):
            self.stage.installation.store.close()
        if "annex" in vars(self):
            self.annex.stage.installation.store.close()
        if "site" in vars(self):
            self.site.served.instance.close()


@dataclass(frozen=True)
class Attempt:
    """One reader's questions of one kind."""

    name: str
    tell: Callable[[Worlds], Iterator[Difference]]


def _in_the_workshop(ways: Mapping[str, Probe], readers: Sequence[str]) -> Iterator[Attempt]:
    for way, probe in ways.items():
        for reader in readers:
            yield Attempt(f"{way} of {reader}", _ask(probe, reader))


def _ask(probe: Probe, reader: str) -> Callable[[Worlds], Iterator[Difference]]:
    return lambda worlds: probe(worlds.stage, reader)


def _in_the_annex() -> Iterator[Attempt]:
    for way, probe in ANNEXED.items():
        for reader in CALLERS:
            yield Attempt(f"{way} of {reader}", _ask_annex(probe, reader))


def _ask_annex(probe: AnnexedProbe, reader: str) -> Callable[[Worlds], Iterator[Difference]]:
    return lambda worlds: probe(worlds.annex, reader)


def _at_the_site() -> Iterator[Attempt]:
    for way in SERVED:
        for reader in VISITORS:
            yield Attempt(f"{way} of {reader}", _ask_site(way, reader))


def _ask_site(way: str, reader: str) -> Callable[[Worlds], Iterator[Difference]]:
    return lambda worlds: ask(worlds.site, reader, way)


#: Who sees everything notices last what others may not see.
_READERS = tuple(sorted(READERS, key=lambda each: each == "everything"))
ATTEMPTS = (
    *_in_the_workshop({**DOING, **LENDING}, DOERS),
    *_in_the_workshop(DOING_ANYWAY, _READERS),
    *_in_the_annex(),
    *_at_the_site(),
    *_in_the_workshop(READING, _READERS),
)


def attempts_for(first: str, *, alone: bool = False) -> Iterator[Attempt]:
    """Yield all attempts, those of one way of asking first; or those alone."""
    yield from (each for each in ATTEMPTS if first and each.name.startswith(first))
    if not (first and alone):
        yield from (each for each in ATTEMPTS if not (first and each.name.startswith(first)))


def make_worlds() -> None:
    """Make the worlds once: those of this process and its forks are copies."""
    with TemporaryDirectory(prefix="cardwright-proof-") as folder:
        worlds = Worlds(Path(folder))
        assert worlds.stage.world
        assert worlds.annex.world
        worlds.close()
