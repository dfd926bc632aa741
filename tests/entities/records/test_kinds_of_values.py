"""Ratings, colours, times, periods, places and files: stored, asked for and guarded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.field_types.geo import Place
from cardwright_entities.field_types.periods import Span
from cardwright_entities.files.blobs import Blob
from cardwright_entities.files.register import add_file
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.store.platform_tables import cw_file_use


@pytest.fixture
def exhibits(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "exhibits")
    yield installation
    installation.store.close()


def ids(desk: Desk, where: str) -> list[int]:
    condition = desk.condition("exhibit", where)
    request = PageRequest(entity="exhibit", columns=("name",), where=condition)
    return sorted(row.id for row in desk.page(request).rows)


def bring(desk: Desk, name: str = "a.txt", kind: str = "text/plain", size: int = 5) -> int:
    return add_file(desk.session, Blob("0" * 64, size, kind), name)


def test_values_of_every_kind_come_back(exhibits: Installation) -> None:
    with exhibits.engine.write(exhibits.acting("curator")) as desk:
        saved = desk.records.create(
            "exhibit",
            {
                "name": "青铜鼎",
                "stars": 4,
                "paint": "#0AF",
                "effort": "1:30",
                "month": "2026-11",
                "shown": {"start": "2026-11-01", "end": None},
                "place": "31.2304, 121.4737",
                "story": "## 来历",
                "papers": [bring(desk), bring(desk)],
            },
        )
        found = desk.record("exhibit", saved.id).values
    assert found["stars"] == 4
    assert found["paint"] == "#00aaff"
    assert found["effort"] == found["double"] == timedelta(minutes=90)
    assert found["month"] == date(2026, 11, 1)
    assert found["shown"] == Span(date(2026, 11, 1))
    assert found["place"] == Place(Decimal("31.230400"), Decimal("121.473700"))
    assert found["papers"] == (1, 2)
    assert found["is_open"] is True


def test_conditions_ask_for_days_in_a_range_lengths_and_stars(exhibits: Installation) -> None:
    # Today is the 18th of November 2026.
    spans = ["2026-11-01/2026-11-18", "2026-11-19/", "2026-01-01/", "2025-01-01/2026-11-17", None]
    with exhibits.engine.write(exhibits.acting("curator")) as desk:
        made = [
            desk.records.create(
                "exhibit",
                {
                    "name": str(number),
                    "shown": span,
                    "effort": f"{number}:00",
                    "stars": number or None,
                    "month": f"2026-{number + 1:02d}",
                },
            ).id
            for number, span in enumerate(spans)
        ]
        assert ids(desk, "today() in shown") == [made[0], made[2]]
        assert ids(desk, "today() not in shown") == [made[1], made[3], made[4]]
        assert ids(desk, "is_open = true") == [made[0], made[2]]
        assert ids(desk, "shown.end is empty and shown is not empty") == [made[1], made[2]]
        assert ids(desk, "effort > hours(2)") == [made[3], made[4]]
        assert ids(desk, "stars >= 3") == [made[3], made[4]]
        assert ids(desk, "year(month) = 2026 and month(month) <= 2") == [made[0], made[1]]


def test_a_file_of_others_cannot_be_taken_by_its_number(exhibits: Installation) -> None:
    chief = exhibits.acting("curator", account=1)
    with exhibits.engine.write(chief) as desk:
        secret, fresh = bring(desk, "secret.txt"), bring(desk, "fresh.txt")
        desk.records.create("drawer", {"name": "保险柜", "paper": secret})
    guard = exhibits.acting("guard", account=2)
    for file in (secret, fresh, 999):
        with exhibits.engine.write(guard) as desk, pytest.raises(InputError) as caught:
            desk.records.create("exhibit", {"name": "x", "papers": [file]})
        assert [each.code for each in caught.value.fields["papers"]] == ["unknown_file"]


def test_a_field_takes_only_its_kinds_of_files(exhibits: Installation) -> None:
    with exhibits.engine.write(exhibits.acting("curator")) as desk:
        large = bring(desk, size=1_000_001)
        picture = bring(desk, "a.png", "image/png")
        for file, code in ((large, "file_above_limit"), (picture, "file_type_not_taken")):
            with pytest.raises(InputError) as caught:
                desk.records.create("exhibit", {"name": "x", "papers": [file]})
            assert [each.code for each in caught.value.fields["papers"]] == [code]
        assert desk.records.create("exhibit", {"name": "x", "views": [picture]}).id


def test_files_stay_held_while_they_are_in_the_list(exhibits: Installation) -> None:
    with exhibits.engine.write(exhibits.acting("curator")) as desk:
        first, second = bring(desk), bring(desk)
        saved = desk.records.create("exhibit", {"name": "x", "papers": [first, second]})
        desk.records.update("exhibit", saved.id, {"papers": [second]}, saved.version)
        uses = desk.session.rows(select(cw_file_use.c.file))
    assert [row[0] for row in uses] == [second]
