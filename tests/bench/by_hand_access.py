"""Lists, cards and groups of those who see a part, by hand: bare Flask, psycopg and orjson.

They read the product's own table with the rights of ``ruled`` written out in SQL, the way somebody
would who knows his three roles by heart.
"""

from __future__ import annotations

import os
from typing import Any

import orjson
from bench.by_hand import COLUMNS
from flask import Flask, Response, request
from psycopg_pool import ConnectionPool

_LIST = ", ".join(COLUMNS)
_BELOW = """owner_type = %(employee)s and owner in (
  with recursive below(id) as (
    select %(me)s::bigint union
    select e.id from e_employee e join below on e.superior = below.id where e.deleted_at is null)
  select id from below)"""
_TEAMS = """owner_type = %(team)s and owner in (
  select id from e_team where leader = %(me)s and deleted_at is null
  union select source from {links} where target = %(me)s)"""
_TREE = """{part} in (
  with recursive parts(id) as (
    select d.{of} from e_employee e join e_department d on d.id = e.department
    where e.id = %(me)s union
    select t.id from e_{part} t join parts on t.parent = parts.id where t.deleted_at is null)
  select id from parts)"""
_POOL = "owner is null"
_RULES = {
    "admin": "true",
    "seller": f"({_BELOW} or {_TEAMS})",
    "sales": f"({_BELOW} or {_TEAMS} or {_POOL})",
    "manager": f"({_TREE.format(part='department', of='id')} or {_BELOW} or {_TEAMS} or {_POOL})",
    "director": f"({_TREE.format(part='organisation', of='organisation')} or {_POOL})",
}


def create_app() -> Flask:
    """Return the application; BY_HAND_URL, BY_HAND_LINKS and BY_HAND_TYPES say where to look."""
    app = Flask("by_hand_access")
    pool = ConnectionPool(os.environ["BY_HAND_URL"], min_size=4, max_size=8, open=True)
    links = os.environ["BY_HAND_LINKS"]
    types = orjson.loads(os.environ["BY_HAND_TYPES"])

    def asked() -> tuple[str, dict[str, Any]]:
        role, _, me = request.headers["Authorization"].removeprefix("Bearer ").partition(":")
        rule = _RULES[role].replace("{links}", links)
        return f"where deleted_at is null and {rule}", {"me": int(me or 0), **types}

    @app.get("/customers")
    def list_customers() -> Response:
        where, values = asked()
        with pool.connection() as connection:
            rows = connection.execute(
                f"select {_LIST} from e_customer {where}"
                " order by changed_at desc nulls last, id desc nulls last limit 50",
                values,
            ).fetchall()
            (count,) = connection.execute(
                f"select count(*) from (select 1 from e_customer {where} limit 1001) x", values
            ).fetchone() or (0,)
        items = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        return _json({"items": items, "count": count})

    @app.get("/customers/<int:number>")
    def read(number: int) -> Response:
        where, values = asked()
        with pool.connection() as connection:
            row = connection.execute(
                f"select {_LIST} from e_customer {where} and id = %(id)s", values | {"id": number}
            ).fetchone()
        return _json(dict(zip(COLUMNS, row, strict=True))) if row else Response(status=404)

    @app.get("/groups")
    def groups() -> Response:
        where, values = asked()
        with pool.connection() as connection:
            rows = connection.execute(
                f"select region, count(*), sum(revenue) from e_customer {where}"
                " group by region order by region",
                values,
            ).fetchall()
        return _json([list(row) for row in rows])

    return app


def _json(value: Any) -> Response:  # noqa: ANN401 - whatever JSON can say
    return Response(orjson.dumps(value, default=str), mimetype="application/json")
