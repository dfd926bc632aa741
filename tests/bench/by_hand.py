"""The same work done by hand: psycopg and orjson in bare Flask routes; the figure to beat."""

from __future__ import annotations

import os
from typing import Any

import orjson
from flask import Flask, Response, request
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool

COLUMNS = ("id", "code", "name", "name_en", "industry", "region", "level", "phone", "email",
           "website", "street", "postcode", "contact", "revenue", "discount", "staff", "founded",
           "seen_at", "is_key", "source", "note")  # fmt: skip
_LIST = ", ".join(COLUMNS)
_OWN = COLUMNS[1:]
_INSERT = (
    f"insert into by_hand ({', '.join(_OWN)}, modified_at) values"
    f" ({', '.join(['%s'] * len(_OWN))}, now()) returning id"
)
_TOKENS = {"bench": "admin"}


def create_app() -> Flask:  # noqa: C901 - seven routes side by side, as one writes them by hand
    """Return the application; the database stands in BY_HAND_URL."""
    app = Flask("by_hand")
    pool = ConnectionPool(os.environ["BY_HAND_URL"], min_size=4, max_size=8, open=True)

    @app.before_request
    def check() -> Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return None if token in _TOKENS else Response(status=401)

    @app.get("/customers")
    def list_customers() -> Response:
        where, values = _where()
        limit, offset = int(request.args.get("limit", 50)), int(request.args.get("offset", 0))
        order = "order by modified_at desc, id desc"
        with pool.connection() as connection:
            rows = connection.execute(
                f"select {_LIST} from by_hand {where} {order} limit %s offset %s",
                [*values, limit, offset],
                prepare=True,
            ).fetchall()
            count: Any = None
            match request.args.get("count", "none"):
                case "exact":
                    count = connection.execute(
                        f"select count(*) from by_hand {where}", values, prepare=True
                    ).fetchone()[0]  # type: ignore[index]  # a row comes always
                case "capped":
                    count = connection.execute(
                        f"select count(*) from (select 1 from by_hand {where} limit 1001) x",
                        values,
                        prepare=True,
                    ).fetchone()[0]  # type: ignore[index]  # a row comes always
        return _json(
            {"items": [dict(zip(COLUMNS, row, strict=True)) for row in rows], "count": count}
        )

    @app.get("/customers/<int:number>")
    def read(number: int) -> Response:
        with pool.connection() as connection:
            row = connection.execute(
                f"select {_LIST} from by_hand where id = %s", [number], prepare=True
            ).fetchone()
        return _json(dict(zip(COLUMNS, row, strict=True))) if row else Response(status=404)

    @app.post("/customers")
    def create() -> Response:
        body = orjson.loads(request.get_data())
        problem = _problem(body)
        if problem:
            return Response(problem, 422)
        with pool.connection() as connection:
            row = connection.execute(_INSERT, [body.get(name) for name in _OWN], prepare=True)
            number = row.fetchone()[0]  # type: ignore[index]  # a row comes always
        return _json({"id": number}, 201)

    @app.patch("/customers/<int:number>")
    def update(number: int) -> Response:
        body = orjson.loads(request.get_data())
        names = [name for name in body if name in _OWN]
        sets = ", ".join(f"{name} = %s" for name in names)
        with pool.connection() as connection:
            connection.execute(
                f"update by_hand set {sets}, modified_at = now() where id = %s",
                [*(body[name] for name in names), number],
                prepare=True,
            )
        return _json({"id": number})

    @app.post("/customers/bulk")
    def bulk() -> Response:
        bodies = orjson.loads(request.get_data())
        if any(_problem(each) for each in bodies):
            return Response(status=422)
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            rows = [[each.get(name) for name in _OWN] for each in bodies]
            marks = "(" + ", ".join(["%s"] * len(_OWN)) + ", now())"
            cursor.execute(
                f"insert into by_hand ({', '.join(_OWN)}, modified_at) values "
                + ", ".join([marks] * len(rows)),
                [value for row in rows for value in row],
            )
        return _json({"created": len(bodies)})

    @app.get("/groups")
    def groups() -> Response:
        with pool.connection() as connection:
            rows = connection.execute(
                "select region, count(*), sum(revenue) from by_hand"
                " group by region order by region",
                prepare=True,
            ).fetchall()
        return _json([list(row) for row in rows])

    return app


def _where() -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for name in ("industry", "region"):
        if name in request.args:
            parts.append(f"{name} = %s")
            values.append(request.args[name] if name != "region" else int(request.args[name]))
    if "contains" in request.args:
        parts.append("name like %s")
        values.append(f"%{request.args['contains']}%")
    return ("where " + " and ".join(parts) if parts else ""), values


def _problem(body: dict[str, Any]) -> str:
    if not body.get("name") or len(body["name"]) > 100:
        return "name"
    if not body.get("code"):
        return "code"
    return "email" if body.get("email") and "@" not in body["email"] else ""


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status, mimetype="application/json")
