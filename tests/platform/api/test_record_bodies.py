"""marshmallow describes and the compiled parsers run: both take, refuse and make the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from marshmallow.experimental.context import Context as SchemaContext

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.field_types.dates import DateTimeType, DateType
from cardwright_entities.field_types.numbers import DecimalType
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.loading import Loader
from cardwright_entities.records.parsing import Parser
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_platform.api.answers import dumps
from cardwright_platform.api.body_fields import messages_of
from cardwright_platform.api.record_bodies import record_body
from cardwright_platform.api.rows import row_writer

if TYPE_CHECKING:
    from conftest import Site

FIELDS = (
    "name", "level", "tags", "area", "mother", "phone", "email", "credit", "staff", "share",
    "founded", "seen_at", "partner", "note", "owner", "code", "double", "version", "colour",
)  # fmt: skip

#: What people and programs send, right and wrong, and what nobody should.
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(-5, 200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "", " ", "a", "b", "z", "A 级", "12", "12.345", "1,234.50", "15%", "１２", "-0", "1e5",
            "2026-02-28", "2026-02-30", "2026/3/1", "2026-03-01T08:00:00Z", "2026-03-01 08:00",
            "true", "yes", "是", "010-62345678", "13812345678", "a@b.cn", "a@b", "x" * 101, "\0",
            {"id": 3}, {"entity": "worker", "id": 2}, {"entity": "firm", "id": 2}, "worker:7",
            [], ["a"], ["a", "c", "a"], ["z"], [1], {},
        ]
    ),
)  # fmt: skip
bodies = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6)


def by_marshmallow(desk: Desk, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values and the messages of the described way."""
    schema = record_body(desk.reading, desk.model.entity("firm"))
    with SchemaContext[Context](desk.context):
        try:
            return dict(schema.load(body)), {}
        except ValidationError as error:
            return {}, {name: list(said) for name, said in messages_of(error).items()}


def by_parser(desk: Desk, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values and the messages of the gate's way."""
    draft, messages = Draft(desk.model.entity("firm"), {}), Messages()
    loader = Loader(desk.session, desk.model)
    Parser(desk.model, desk.policy, desk.context, loader, messages).read(draft, body)
    if messages.fields:
        return {}, {name: list(said) for name, said in messages.fields.items()}
    return {name: draft.values.get(name) for name in draft.given}, {}


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_both_ways_take_refuse_and_make_the_same(site: Site) -> None:
    chief = site.caller("chief")
    principal = site.principal(chief)
    instance = site.instance
    with instance.engine.read(instance.context(principal)) as desk:

        @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
        @given(bodies)
        def check(body: dict[str, Any]) -> None:
            described, refused = by_marshmallow(desk, body)
            made, messages = by_parser(desk, body)
            assert set(refused) == set(messages)
            assert described == made
            for name, said in messages.items():
                if name in ("colour", "version", "code", "double"):
                    # One says that there is no such key, the other also why.
                    assert refused[name] == [Message.of("unknown_field", name=name)]
                else:
                    assert refused[name] == said

        check()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_both_ways_show_the_same(site: Site) -> None:
    chief = site.caller("chief")
    chief.create("area", name="North")
    chief.create(
        "firm", name="Acme", area=1, credit="12.5", tags=["a"], share=0.5, founded="2026-01-02"
    )
    instance = site.instance
    with instance.engine.read(instance.context(site.principal(chief))) as desk:
        view = desk.record("firm", 1, titles=False)
        schema = record_body(desk.reading, desk.model.entity("firm"))
        described = schema.dump(view.values)
        shown = orjson.loads(dumps(row_writer(view.fields)(view.values)))
        assert described == {name: shown[name] for name in described}
        assert described["credit"] == "12.50"


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
)
def test_moments_days_and_numbers_are_written_as_their_types_say(
    moment: datetime, day: date, number: Decimal
) -> None:
    field = FieldDefinition(name="x", type="x")
    written = orjson.loads(dumps([moment, day, number]))
    assert written == [
        DateTimeType().to_json(moment, field),
        DateType().to_json(day, field),
        DecimalType().to_json(number, field),
    ]
