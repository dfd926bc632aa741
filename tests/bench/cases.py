"""What is measured: for each work the same request to the one by hand and to ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

import orjson
from bench.asking import Request
from bench.company import COMMON, FIELDS, MIDDLING, RARE, customer

COLUMNS = ",".join(FIELDS)
_LIST = f"/api/v1/records/customer?fields={COLUMNS}&sort=-changed_at&limit=50"

#: Numbers of customers that the runs themselves create, beyond those that were loaded.
_NEW = count(50_000_000)


@dataclass(frozen=True)
class Case:
    """One work: how it is asked of either side; ``by_hand`` is None where it has no equal."""

    name: str
    ours: Callable[[int], Request]
    by_hand: Callable[[int], Request] | None
    target: str = ""
    rounds: int = 1  #: how often of ten; slow ones less


def cases(number: int, versions: Callable[[int], int]) -> list[Case]:
    """Return the works for so many customers; ``versions`` tells what a record's version is."""
    deep = min(100_000, number // 2)
    return [
        Case(
            "list 50 × 20, capped count",
            lambda i: _get(f"{_LIST}&count=capped"),
            lambda i: _get("/customers?count=capped"),
            "4 ms",
        ),
        Case(
            "list 50 × 20, no count",
            lambda i: _get(f"{_LIST}&count=none"),
            lambda i: _get("/customers?count=none"),
        ),
        Case(
            "list 50 × 20, exact count",
            lambda i: _get(f"{_LIST}&count=exact"),
            lambda i: _get("/customers?count=exact"),
            rounds=3,
        ),
        Case(
            "read one",
            lambda i: _get(f"/api/v1/records/customer/{_id(i, number)}"),
            lambda i: _get(f"/customers/{_id(i, number)}"),
            "3 ms",
        ),
        Case(
            "create, checks and history",
            lambda i: _post("/api/v1/records/customer", _new()),
            lambda i: _post("/customers", _new()),
            "5 ms",
        ),
        Case(
            "update one field, history",
            lambda i: _patch(_id(i, number), versions),
            lambda i: Request("PATCH", f"/customers/{_id(i, number)}", b'{"staff": 77}'),
            "6 ms",
        ),
        Case(
            "bulk create 1,000",
            lambda i: _bulk(),
            lambda i: _post("/customers/bulk", _many(), 200),
            "200 ms",
            rounds=2,
        ),
        Case(
            "industry + region + 2 characters",
            lambda i: _get(
                f"{_LIST}&count=capped&where={quote(_filter(i))}&search={quote(MIDDLING)}"
            ),
            lambda i: _get(
                f"/customers?count=capped&industry=machinery&region={i % 10 + 1}"
                f"&contains={quote(MIDDLING)}"
            ),
            "15 ms",
        ),
        Case(
            f"{deep:,} rows deep, numbered",
            lambda i: _get(f"{_LIST}&count=none&offset={deep}"),
            lambda i: _get(f"/customers?offset={deep}"),
            "20 ms",
            rounds=3,
        ),
        Case(
            "group by region, count and sum",
            lambda i: _post("/api/v1/records/customer/aggregate", _GROUP, 200),
            lambda i: _get("/groups"),
            "1.15 ×",
            rounds=2,
        ),
        Case("search, rare word", lambda i: _search(RARE), lambda i: _contains(RARE), rounds=2),
        Case(
            "search, middling word",
            lambda i: _search(MIDDLING),
            lambda i: _contains(MIDDLING),
            rounds=2,
        ),
        Case(
            "search, common word", lambda i: _search(COMMON), lambda i: _contains(COMMON), rounds=3
        ),
    ]


_GROUP = orjson.dumps(
    {"group_by": ["region"], "measures": {"n": {"count": True}, "sum": {"sum": "revenue"}}}
)


def _get(path: str) -> Request:
    return Request("GET", path)


def _post(path: str, body: bytes, status: int = 201) -> Request:
    return Request("POST", path, body, status=status)


def _id(index: int, number: int) -> int:
    return index * 7919 % number + 1


def _values() -> dict[str, object]:
    found = customer(next(_NEW))
    return {name: str(value) if name in ("revenue", "discount") else value
            for name, value in found.items()}  # fmt: skip


def _new() -> bytes:
    return orjson.dumps(_values())


def _many() -> bytes:
    return orjson.dumps([_values() for _ in range(1_000)])


def _bulk() -> Request:
    body = orjson.dumps({"create": [_values() for _ in range(1_000)], "atomic": True})
    return _post("/api/v1/records/customer/bulk", body, 200)


def _patch(record: int, versions: Callable[[int], int]) -> Request:
    match = (("If-Match", f'"{versions(record)}"'),)
    path = f"/api/v1/records/customer/{record}"
    return Request("PATCH", path, b'{"staff": %d}' % (record % 900 + versions(record)), match)


def _filter(index: int) -> str:
    return f"industry = 'machinery' and region = {index % 10 + 1}"


def _search(word: str) -> Request:
    return _get(f"{_LIST}&count=capped&search={quote(word)}")


def _contains(word: str) -> Request:
    return _get(f"/customers?count=capped&contains={quote(word)}")
