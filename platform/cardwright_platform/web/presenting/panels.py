"""The panels of a card: what was done to the record, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ValueProblem
from cardwright_entities.files.uses import FileOfRecord, files_of_record
from cardwright_entities.flows.moves import labels_told
from cardwright_entities.flows.owners.kinds import OWNING
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.titles import pointed, titles_of
from cardwright_entities.records.history import ChangeEntry, read_history
from cardwright_metadata.stages import SINCE
from cardwright_platform.views.cards import Change, ChangeSet, FileEntry, FilesPanel, HistoryPanel
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import action_url, file_url

_ICONS: Mapping[str, str] = {
    "create": "plus",
    "update": "pencil",
    "delete": "trash",
    "restore": "restore",
}


def history_panel(
    desk: Desk, reader: Reader, entity: EntityModel, record: int, *, most: int = 100
) -> HistoryPanel:
    """Return a record's change sets, newest first, each field from old to new."""
    entries = read_history(desk.session, desk.reading, entity, record, limit=most)
    current = desk.record(
        entity.name,
        record,
        lines=False,
        deleted=_is_deleted(entries, entity.name, record),
        masked=True,
    )
    held = {**current.values, **current.masked}
    after = {(entity.name, record, name): value for name, value in held.items()}
    after |= _values_of_lines(desk, entity, entries)
    names = names_of_accounts(desk.session, {e.principal for e in entries if e.principal})
    images = _images(desk, after, entries)
    reader = reader.knowing(_titles(desk, images))
    sets = [
        _change_set(desk, reader, entity, record, entry, images[index], names)
        for index, entry in enumerate(entries)
    ]
    return HistoryPanel(
        change_sets=tuple(_joined(sets)), empty="" if sets else reader.t("history.empty")
    )


Images = list[list[tuple[EntityModel, str, object, object]]]
#: What fields of records hold, by entity, record and field.
Held = dict[tuple[str, int, str], object]


def _values_of_lines(desk: Desk, entity: EntityModel, entries: Sequence[ChangeEntry]) -> Held:
    """Return what the lines hold now that some entries tell of, removed ones too."""
    wanted: dict[str, set[int]] = {}
    for each in entries:
        if each.entity and each.entity != entity.name:
            wanted.setdefault(each.entity, set()).add(each.record)
    held: Held = {}
    for name, records in sorted(wanted.items()):
        line = desk.model.entity(name)
        columns = tuple(desk.reading.shown(line))
        for deleted in (False, True):
            request = PageRequest(
                entity=name,
                columns=columns,
                ids=tuple(sorted(records)),
                limit=len(records),
                count="none",
                deleted=deleted,
                titles=False,
                masked=True,
            )
            for row in desk.page(request).rows:
                held |= {(name, row.id, field): row.values.get(field) for field in columns}
    return held


def _images(desk: Desk, after: Held, entries: Sequence[ChangeEntry]) -> Images:
    """Return per entry its fields with the value before and after, walking back in time.

    ``after`` begins with what is held now.
    """
    images: Images = []
    for entry in entries:
        shown: list[tuple[EntityModel, str, object, object]] = []
        model = desk.model.entity(entry.entity) if entry.entity else None
        for name, raw in entry.before.items() if model is not None else ():
            assert model is not None
            before = _parsed(desk, model, name, raw)
            key = (entry.entity, entry.record, name)
            shown.append((model, name, before, after.get(key)))
            after[key] = before
        images.append(shown)
    return images


def _parsed(desk: Desk, entity: EntityModel, name: str, raw: object) -> object:
    if raw is None or name in desk.reading.masked(entity):
        return raw  # of a masked one history tells what is shown
    try:
        return entity.fields[name].parse(raw, desk.context)
    except ValueProblem:
        return None


def _titles(desk: Desk, images: Images) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for shown in images:
        for entity, name, before, after in shown:
            for value in (before, after):
                for target, record in pointed(desk.reading, entity.fields[name], value):
                    wanted.setdefault(target, set()).add(record)
    titles: dict[tuple[str, int], str] = {}
    for target, records in wanted.items():
        titles |= titles_of(desk.session, desk.reading, target, records)
    return titles


def _change_set(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: int,
    entry: ChangeEntry,
    shown: Sequence[tuple[EntityModel, str, object, object]],
    names: Mapping[int, str],
) -> ChangeSet:
    local = entry.at.astimezone(desk.context.zone)
    is_line = entry.entity != entity.name or entry.record != record
    place = ""
    if is_line and entry.entity:
        place = reader.entity_label(desk.model.entity(entry.entity))
    changes = tuple(
        Change(
            label=reader.field_label(field),
            old=cell_of(reader, field, before).text,
            new=cell_of(reader, field, after).text,
            place=place,
        )
        for model, name, before, after in shown
        for field in (desk.reading.masked(model).get(name, model.fields[name]),)
        if not (field.definition.system and name.endswith(SINCE))
    )
    who = names.get(entry.principal or 0, "") or reader.t("history.system")
    what = reader.t(f"history.{entry.op}_line" if is_line else f"history.{entry.op}", what=place)
    if entry.kind in OWNING and not is_line:
        what = reader.t(f"history.{entry.kind}")
    if entry.kind == "rule" and entry.label and entry.op == "update" and not is_line:
        what = reader.t("history.rule", label=entry.label)
    if entry.kind == "move" and entry.label and not is_line:
        what = reader.t("history.move", label=_move_label(desk, reader, entity, entry.label))
    return ChangeSet(
        id=str(entry.change_set),
        day=reader.locale.date(local.date()),
        time=f"{local:%H:%M}",
        time_title=f"{local:%Y-%m-%d %H:%M:%S}",
        who=who,
        what=what,
        icon=_ICONS.get(entry.op, "pencil"),
        changes=changes,
    )


def _move_label(desk: Desk, reader: Reader, entity: EntityModel, stored: str) -> str:
    """Return what a move is called by the reader; it was noted in the words of who took it."""
    told = {reader.text(each) for each in labels_told(desk.model, entity, stored)}
    return told.pop() if len(told) == 1 else stored


def _joined(sets: Iterable[ChangeSet]) -> Iterable[ChangeSet]:
    """Yield one entry a change set: a head and its lines were changed by one save."""
    last: ChangeSet | None = None
    for each in sets:
        if last is not None and each.id == last.id:
            last = _merge(last, each)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _merge(first: ChangeSet, second: ChangeSet) -> ChangeSet:
    keep = second if second.icon == "plus" else first
    return ChangeSet(
        id=first.id,
        day=first.day,
        time=first.time,
        time_title=first.time_title,
        who=first.who,
        what=keep.what,
        icon=keep.icon,
        changes=first.changes + second.changes,
    )


def _is_deleted(entries: Sequence[ChangeEntry], entity: str, record: int) -> bool:
    """Tell whether a record is in the recycle bin; that lines of it are does not matter."""
    own = [each for each in entries if (each.entity, each.record) == (entity, record)]
    head = [entry for entry in own if entry.op in ("delete", "restore", "create")]
    return bool(head) and head[0].op == "delete"


def files_panel(desk: Desk, reader: Reader, entity: EntityModel, record: int) -> FilesPanel:
    """Return the files that hang on a record or stand in its file fields."""
    found = files_of_record(desk.session, entity.key, record)
    readable = desk.reading.readable(entity)
    may_edit = "edit" in desk.allowed(entity.name, record, ("edit",))
    entries = []
    for each in found:
        field = entity.by_id.get(each.field)
        if each.field and (field is None or field.name not in readable):
            continue
        entries.append(_file(reader, entity, record, each))
    return FilesPanel(
        files=tuple(entries),
        upload_url=action_url(entity.name, record, "files") if may_edit else "",
        limit=reader.t("files.limit", size=20),
        empty=reader.t("files.empty"),
    )


def _file(reader: Reader, entity: EntityModel, record: int, each: FileOfRecord) -> FileEntry:
    field = entity.by_id.get(each.field)
    is_image = each.type.startswith("image/")
    url = file_url(each.id, each.name)
    return FileEntry(
        id=str(each.id),
        name=each.name,
        url=url,
        size=_size(each.size),
        kind="photo" if is_image else "file-text",
        when=_when(reader, each.created_at),
        image=url if is_image else "",
        field=reader.field_label(field) if field is not None else "",
    )


def _size(size: int) -> str:
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1_000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


def _when(reader: Reader, moment: datetime) -> str:
    return reader.locale.datetime(moment)
