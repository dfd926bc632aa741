"""Notifications are told once, to others, and only about what their reader may still read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.notifications import (
    KEPT,
    Notice,
    count_unread,
    mark_read,
    notify,
    read_notifications,
    sweep_notifications,
)


@pytest.fixture
def workshop(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "workshop")
    yield installation
    installation.store.close()


def notice(desk: Desk, record: int, **more: str) -> Notice:
    entity = desk.model.entity("firm").definition.id
    return Notice(kind="alert", message=Message.of("x", n=1), entity=entity, record=record, **more)


def told(installation: Installation, context: Context) -> list[tuple[str, str]]:
    with installation.engine.read(context) as desk:
        found = read_notifications(desk.session, desk.reading)
        assert count_unread(desk.session, desk.reading).count == sum(
            each.read_at is None for each in found
        )
        return [(each.title, each.entity) for each in found]


def test_others_are_told_and_who_caused_it_is_not(workshop: Installation) -> None:
    chief, second = workshop.acting("chief"), workshop.acting("chief", account=2)
    with workshop.engine.write(chief) as desk:
        firm = desk.records.create("firm", {"name": "恒拓", "level": "a"}).id
        assert notify(desk.session, [1, 2, 2], notice(desk, firm)) == 1
    assert told(workshop, second) == [("恒拓", "firm")]
    assert told(workshop, chief) == []


def test_the_same_thing_is_told_once(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = desk.records.create("firm", {"name": "恒拓", "level": "a"}).id
        assert notify(desk.session, [1, 2], notice(desk, firm, key="late 1")) == 2
        assert notify(desk.session, [1, 2, 3], notice(desk, firm, key="late 1")) == 1


def test_what_may_not_be_read_any_more_is_neither_told_nor_counted(workshop: Installation) -> None:
    guest = workshop.acting("guest", account=2)
    with workshop.engine.write(workshop.system()) as desk:
        firm = desk.records.create("firm", {"name": "恒拓", "level": "a"})
        notify(desk.session, [2], notice(desk, firm.id))
    assert told(workshop, guest) == [("恒拓", "firm")]
    with workshop.engine.write(workshop.system()) as desk:
        desk.records.update("firm", firm.id, {"level": "c"}, None)
    assert told(workshop, guest) == []


def test_reading_is_noted_of_ones_own_only(workshop: Installation) -> None:
    second, third = (workshop.acting("chief", account=number) for number in (2, 3))
    with workshop.engine.write(workshop.system()) as desk:
        firm = desk.records.create("firm", {"name": "恒拓", "level": "a"}).id
        notify(desk.session, [2, 3], notice(desk, firm))
    with workshop.engine.write(second) as desk:
        assert mark_read(desk.session, [1, 2]) == 1
        assert mark_read(desk.session) == 0
    with workshop.engine.read(third) as desk:
        assert count_unread(desk.session, desk.reading).count == 1


def test_what_was_read_long_ago_is_forgotten(workshop: Installation) -> None:
    second = workshop.acting("chief", account=2)
    with workshop.engine.write(workshop.system()) as desk:
        notify(desk.session, [2, 3], Notice(kind="job", message=Message("x")))
    with workshop.engine.write(second) as desk:
        mark_read(desk.session)
    later = replace(workshop.system(), now=NOW + KEPT + KEPT)
    with workshop.engine.write(later) as desk:
        assert sweep_notifications(desk.session) == 1
