"""Records that come with packs: created once, or followed while nobody else changed them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, cast

from sqlalchemy import insert, select, update

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.errors import InputError
from cardwright_entities.exchange.finding import find_records
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_entities.records.history import open_change_set
from cardwright_entities.relative_days import moment_of
from cardwright_entities.store.platform_tables import cw_seed
from cardwright_metadata.definitions.others import SeedDefinition

#: Records written in one transaction.
BATCH = 500

#: A column like ``order_line.@demo_order_lines`` finds its records by the key of another seed.
_SEEDED = "@"


Row = Mapping[str, Any]


class SeedError(Exception):
    """A seed cannot be stored: its name, its row and what was wrong."""


@dataclass(frozen=True)
class Seeder:
    """Stores the seeds of a catalog; ``tables`` holds CSV texts by "pack/path"."""

    engine: Engine
    context: Context
    tables: Mapping[str, str]
    reference: date

    def run(self, purposes: Collection[str]) -> int:
        """Store all seeds for these purposes in their order; return how many records were made."""
        with self.engine.read(self.context) as desk:
            seeds = [each for each in desk.model.catalog.seeds.values() if each.purpose in purposes]
        return sum(self._store(each) for each in sorted(seeds, key=lambda each: each.order))

    def _store(self, seed: SeedDefinition) -> int:
        rows = [self._dated(row) for row in self._rows(seed)]
        keys = [_key_of(row, seed.key) for row in rows]
        known = self._known(seed)
        new = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in known]
        made = 0
        while new:
            batch, rest = new[:BATCH], new[BATCH:]
            stored, waiting = self.engine.run_write(
                self.context, partial(_create, seed=seed, batch=batch)
            )
            made += stored
            if waiting and len(waiting) == len(batch) and not rest:
                key, row, error = waiting[0]
                raise SeedError(f"{seed.name}: {key}: {error}")
            new = rest + [(key, row) for key, row, _ in waiting] if stored or rest else []
        if seed.mode == "follow":
            self._follow(seed, zip(keys, rows, strict=True), known)
        return made

    def _follow(
        self,
        seed: SeedDefinition,
        rows: Iterable[tuple[str, Row]],
        known: Mapping[str, tuple[int, str]],
    ) -> None:
        changed = [
            (known[key][0], key, row)
            for key, row in rows
            if key in known and known[key][1] != _hash(row)
        ]
        for start in range(0, len(changed), BATCH):
            part = changed[start : start + BATCH]
            self.engine.run_write(self.context, partial(_change, seed=seed, part=part))

    def _known(self, seed: SeedDefinition) -> dict[str, tuple[int, str]]:
        statement = select(cw_seed.c.key, cw_seed.c.record, cw_seed.c.hash).where(
            cw_seed.c.pack == seed.pack, cw_seed.c.entity == seed.name
        )
        with self.engine.read(self.context) as desk:
            return {row[0]: (row[1], row[2]) for row in desk.session.rows(statement)}

    def _rows(self, seed: SeedDefinition) -> list[Row]:
        if not seed.csv:
            return list(seed.rows)
        text = self.tables[f"{seed.pack}/{seed.csv}"]
        return [dict(row) for row in csv.DictReader(io.StringIO(text))]

    def _dated(self, row: Row) -> Row:
        since = (self.reference, self.context.zone)
        return {
            name: moment_of(value, *since) if isinstance(value, str) else value
            for name, value in row.items()
            if value not in (None, "")
        }


def _create(
    desk: Desk, *, seed: SeedDefinition, batch: Sequence[tuple[str, Row]]
) -> tuple[int, list[tuple[str, Row, object]]]:
    return _Writing(desk, seed).create(batch)


def _change(desk: Desk, *, seed: SeedDefinition, part: Sequence[tuple[int, str, Row]]) -> None:
    _Writing(desk, seed).follow(part)


@dataclass(eq=False)
class _Writing:
    """One batch of one seed at a writing desk."""

    desk: Desk
    seed: SeedDefinition
    _found: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)

    @property
    def entity(self) -> EntityModel:
        return self.desk.model.entity(self.seed.entity)

    def create(self, batch: Sequence[tuple[str, Row]]) -> tuple[int, list[tuple[str, Row, object]]]:
        """Store the rows whose links can be resolved; return how many, and those that wait."""
        self._find_links([row for _, row in batch])
        ready: list[tuple[str, Row, dict[str, Any]]] = []
        waiting: list[tuple[str, Row, object]] = []
        for key, row in batch:
            values, missing = self._values(row)
            if missing:
                waiting.append((key, row, f"nothing is called {missing}"))
            else:
                ready.append((key, row, values))
        existing = self._existing(ready)
        fresh = [each for each in ready if each[0] not in existing]
        noted: list[tuple[str, int, Row]] = []
        for key, row, values in ready:
            if key in existing:
                self._update(existing[key], values)
                noted.append((key, existing[key], row))
        results = self._create_all([values for _, _, values in fresh])
        wrong = {
            key: result
            for (key, _, _), result in zip(fresh, results, strict=True)
            if isinstance(result, InputError)
        }
        if wrong:
            raise SeedError(f"{self.seed.name}: {_worst_of(wrong)}")
        noted += [
            (key, cast(int, result), row)
            for (key, row, _), result in zip(fresh, results, strict=True)
        ]
        self._note(noted)
        return len(ready), waiting

    def follow(self, changed: Sequence[tuple[int, str, Row]]) -> None:
        """Update records that nobody but the system has changed."""
        self._find_links([row for _, _, row in changed])
        for record, key, row in changed:
            values, missing = self._values(row)
            table = self.entity.table
            touched = self.desk.session.scalar(
                select(table.c["changed_by"]).where(table.c["id"] == record)
            )
            if not missing and touched is None:
                self._update(record, values)
            self._note_again(key, record, row)

    def _create_all(self, rows: Sequence[Mapping[str, Any]]) -> list[int | InputError]:
        options = self._options()
        if not self.entity.definition.owner:
            results = self.desk.records.create_many(self.entity.name, rows, options)
            return [each.id if isinstance(each, Saved) else each for each in results]
        return self._create_lines(rows, options)

    def _create_lines(
        self, rows: Sequence[Mapping[str, Any]], options: SaveOptions
    ) -> list[int | InputError]:
        by_head: dict[int, list[int]] = {}
        for index, row in enumerate(rows):
            by_head.setdefault(row["head"], []).append(index)
        made: dict[int, int] = {}
        definition = self.entity.definition
        table = self.entity.table
        for head, indexes in by_head.items():
            lines = [
                {name: value for name, value in rows[index].items() if name != "head"}
                for index in indexes
            ]
            statement = select(table.c["id"]).where(table.c["head"] == head)
            before = {row[0] for row in self.desk.session.rows(statement)}
            values = {definition.owner_field: lines}
            self.desk.records.update(definition.owner, head, values, None, options)
            after = [
                row[0]
                for row in self.desk.session.rows(statement.order_by(table.c["position"]))
                if row[0] not in before
            ]
            made |= dict(zip(indexes, after, strict=True))
        return [made[index] for index in range(len(rows))]

    def _update(self, record: int, values: Mapping[str, Any]) -> None:
        options = self._options()
        own = {name: value for name, value in values.items() if name not in ("head", "created_at")}
        self.desk.records.update(self.entity.name, record, own, None, options)

    def _options(self) -> SaveOptions:
        return SaveOptions(
            kind="seed",
            label=self.seed.name,
            change_set=self._change_set(),
            read_only_too=True,
        )

    def _change_set(self) -> int:
        if not hasattr(self, "_set"):
            self._set = open_change_set(
                self.desk.session, self.desk.context, "seed", self.seed.name
            )
        return self._set

    def _existing(self, ready: Sequence[tuple[str, Row, Mapping[str, Any]]]) -> dict[str, int]:
        """Return records that are already there under the seed's key, however they came."""
        names = self.seed.key
        fields = [self.entity.fields.get(name) for name in names]
        if not names or any(each is None or each.type.relation == "any" for each in fields):
            return {}
        parsed = {
            key: tuple(self._plain(name, values.get(name)) for name in names)
            for key, _, values in ready
        }
        found = find_records(self.desk, self.entity, names, set(parsed.values()))
        return {key: found[value][0] for key, value in parsed.items() if found.get(value)}

    def _plain(self, name: str, raw: object) -> object:
        return None if raw is None else self.entity.fields[name].parse(raw, self.desk.context)

    def _note(self, rows: Iterable[tuple[str, int, Row]]) -> None:
        noted = [
            {**self._place_of(key), "record": record, "hash": _hash(row)}
            for key, record, row in rows
        ]
        if noted:
            self.desk.session.execute(insert(cw_seed), noted)

    def _note_again(self, key: str, record: int, row: Row) -> None:
        statement = update(cw_seed).where(
            *(cw_seed.c[name] == value for name, value in self._place_of(key).items())
        )
        self.desk.session.execute(statement.values(record=record, hash=_hash(row)))

    def _place_of(self, key: str) -> dict[str, str]:
        return {"pack": self.seed.pack, "entity": self.seed.name, "key": key}

    # -- links ---------------------------------------------------------------------------------

    def _find_links(self, rows: Sequence[Row]) -> None:
        wanted: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            for header, text in row.items():
                for entity, match, _ in self._target(header):
                    wanted.setdefault((entity, match), set()).update(str(text).split(";"))
        for (entity_name, match), texts in wanted.items():
            if match.startswith(_SEEDED):
                self._found[(entity_name, match)] = self._seeded(match[len(_SEEDED) :], texts)
                continue
            target = self.desk.model.entity(entity_name)
            field_model = target.fields[match]
            parsed = {text: field_model.parse(text, self.desk.context) for text in texts}
            found = find_records(
                self.desk, target, (match,), {(value,) for value in parsed.values()}
            )
            self._found[(entity_name, match)] = {
                text: found[(value,)][0] for text, value in parsed.items() if (value,) in found
            }

    def _seeded(self, seed: str, keys: Iterable[str]) -> dict[str, int]:
        """Return what another seed of the pack stored under its keys."""
        statement = select(cw_seed.c.key, cw_seed.c.record).where(
            cw_seed.c.pack == self.seed.pack,
            cw_seed.c.entity == seed,
            cw_seed.c.key.in_(sorted(keys)),
        )
        return {row[0]: row[1] for row in self.desk.session.rows(statement)}

    def _target(self, header: str) -> list[tuple[str, str, FieldModel]]:
        """Return the entity and field that a column like parent.code or owner.team.code names."""
        parts = header.split(".")
        own = self.entity.fields.get(parts[0])
        if own is None or len(parts) == 1 or not own.targets:
            return []
        if own.type.widget == "address":
            return [(own.targets[0], parts[2], own)] if len(parts) == 3 else []
        if own.type.relation == "any":
            return [(parts[1], parts[2], own)] if len(parts) == 3 else []
        return [(own.targets[0], parts[1], own)]

    def _values(self, row: Row) -> tuple[dict[str, Any], str]:
        values: dict[str, Any] = {}
        for header, raw in row.items():
            targets = self._target(header)
            if not targets:
                self._place(values, header, raw)
                continue
            entity, match, own = targets[0]
            known = self._found[(entity, match)]
            texts = str(raw).split(";")
            missing = [text for text in texts if text not in known]
            if missing:
                return {}, f"{header} {missing[0]}"
            ids = [known[text] for text in texts]
            if own.type.widget == "address":
                values.setdefault(own.name, {})["region"] = ids[0]
            elif own.type.relation == "any":
                values[own.name] = {"entity": entity, "id": ids[0]}
            else:
                values[own.name] = ids if own.type.relation == "many" else ids[0]
        return values, ""

    def _place(self, values: dict[str, Any], header: str, raw: object) -> None:
        name, _, part = header.partition(".")
        own = self.entity.fields.get(name)
        if part:
            values.setdefault(name, {})[part] = raw
        elif own is not None and own.type.widget == "multiselect" and isinstance(raw, str):
            values[name] = raw.split(";")
        else:
            values[name] = raw


def _key_of(row: Row, key: Sequence[str]) -> str:
    """Return what tells a row from the others of its seed, headers with paths included."""
    parts: list[str] = []
    for name in key:
        same = [str(value) for header, value in row.items() if header.partition(".")[0] == name]
        parts.append("/".join(same))
    return " | ".join(parts)


def _worst_of(wrong: Mapping[str, InputError]) -> str:
    """Tell of the first record that is wrong itself; others are only not stored along with it."""
    for key, error in wrong.items():
        problems = {name: [m.code for m in each] for name, each in error.fields.items()}
        if problems or error.confirm:
            return f"{key}: {problems or dict(error.confirm)}"
    return next(iter(wrong))


def _hash(row: Row) -> str:
    return hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:32]
