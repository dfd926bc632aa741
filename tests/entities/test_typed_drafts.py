"""Drafts wait for whoever typed them, form by form, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.contexts import Context
from cardwright_entities.errors import LimitError
from cardwright_entities.typed_drafts import (
    KEPT,
    LARGEST,
    MOST_FORMS,
    MOST_RECORDS,
    TypedDraft,
    drop_draft,
    keep_draft,
    read_drafts,
    sweep_drafts,
)

FIRM = "any id"


@pytest.fixture
def workshop(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "workshop")
    yield installation
    installation.store.close()


def keep(workshop: Installation, context: Context, form: str, text: str, record: int = 0) -> None:
    with workshop.store.write(context) as session:
        inputs = {"z": [text], "items.9.a": ["1", "2"], "items.1.a": [""]}
        keep_draft(session, FIRM, record, TypedDraft(form, inputs, 7, (("copy", "3"),)))


def forms(workshop: Installation, context: Context, record: int = 0) -> list[str]:
    with workshop.store.read(context) as session:
        return [each.form for each in read_drafts(session, FIRM, record)]


def later(context: Context, **how_much: int) -> Context:
    return replace(context, now=context.now + timedelta(**how_much))


def test_a_draft_comes_back_as_it_was_typed_in_its_order(workshop: Installation) -> None:
    seller = workshop.acting("seller")
    keep(workshop, seller, "one", "half a")
    keep(workshop, later(seller, minutes=1), "one", "half a name")
    with workshop.store.read(seller) as session:
        (found,) = read_drafts(session, FIRM, 0)
    assert list(found.inputs.items()) == [
        ("z", ("half a name",)),
        ("items.9.a", ("1", "2")),
        ("items.1.a", ("",)),
    ]
    assert (found.version, found.at) == (7, later(seller, minutes=1).now)
    assert [tuple(pair) for pair in found.variant] == [("copy", "3")]


def test_each_form_has_its_own_and_nobody_elses(workshop: Installation) -> None:
    seller, other = workshop.acting("seller"), workshop.acting("seller", account=2)
    keep(workshop, seller, "one", "a")
    keep(workshop, later(seller, minutes=1), "two", "b")
    keep(workshop, seller, "one", "c", record=4)
    assert forms(workshop, seller) == ["two", "one"]
    assert forms(workshop, other) == []
    with workshop.store.write(other) as session:
        drop_draft(session, FIRM, 0, "one")
    with workshop.store.write(seller) as session:
        drop_draft(session, FIRM, 0, "two")
        drop_draft(session, FIRM, 0, "unknown")
    assert forms(workshop, seller) == ["one"]
    assert forms(workshop, seller, record=4) == ["one"]
    with workshop.store.write(seller) as session:
        drop_draft(session, FIRM, 4, "one")
        assert sweep_drafts(session) == 0
    assert forms(workshop, seller, record=4) == []


def test_the_system_has_no_drafts(workshop: Installation) -> None:
    keep(workshop, workshop.system(), "one", "a")
    assert forms(workshop, workshop.system()) == []


def test_only_the_last_forms_of_a_record_and_the_last_records_wait(workshop: Installation) -> None:
    seller = workshop.acting("seller")
    for number in range(MOST_FORMS + 2):
        keep(workshop, later(seller, minutes=number), f"f{number}", "a")
    newest = [f"f{number}" for number in range(MOST_FORMS + 1, 1, -1)]
    assert forms(workshop, seller) == newest
    for record in range(1, MOST_RECORDS):
        keep(workshop, later(seller, hours=1, minutes=record), "x", "a", record)
    assert forms(workshop, seller) == newest
    keep(workshop, later(seller, hours=9), "x", "a", MOST_RECORDS)
    assert forms(workshop, seller) == []
    assert forms(workshop, seller, record=1) == ["x"]


def test_more_than_can_be_kept_is_refused_and_the_last_stays(workshop: Installation) -> None:
    seller = workshop.acting("seller")
    keep(workshop, seller, "one", "small")
    with pytest.raises(LimitError, match="draft_too_large"):
        keep(workshop, seller, "one", "x" * LARGEST)
    with workshop.store.read(seller) as session:
        (found,) = read_drafts(session, FIRM, 0)
    assert found.inputs["z"] == ("small",)


def test_what_nobody_came_back_to_is_forgotten(workshop: Installation) -> None:
    seller = workshop.acting("seller")
    after = replace(seller, now=seller.now + KEPT + timedelta(minutes=1))
    keep(workshop, seller, "old", "a")
    keep(workshop, later(seller, days=1), "new", "b", record=5)
    assert forms(workshop, after) == []
    with workshop.store.write(after) as session:
        assert sweep_drafts(session) == 1
    assert forms(workshop, after, record=5) == ["new"]
