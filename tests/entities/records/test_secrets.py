"""Secrets: taken in, replaced, cleared, opened by the key alone; no path gives one back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from installation import PACKS, Installation, build_installation
from sqlalchemy import text

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, QueryError
from cardwright_entities.field_types.secret import open_secret
from cardwright_entities.flows.copying import copied
from cardwright_entities.queries.requests import AggregateRequest, GroupKey, Measure, PageRequest
from cardwright_entities.records.history import read_history
from cardwright_entities.records.undoing import undo
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.security.sealing import KeySealing, SealBrokenError

PLANTED = "s3cr3t-天王盖地虎"


@pytest.fixture
def vault(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "vault")
    yield installation
    installation.store.close()


def keeper(vault: Installation) -> Context:
    return replace(vault.acting("keeper"), sealing=KeySealing(b"k" * 32))


def make(desk: Desk, **values: object) -> int:
    given = {"name": "税务平台", "token": PLANTED, "pin": PLANTED[:8], **values}
    return desk.records.create("remote", given).id


def clear_of(desk: Desk, record: int, name: str = "token") -> str | None:
    stored = desk.records.loader.records(desk.model.entity("remote"), [record])[record]
    field = desk.model.entity("remote").fields[name]
    return open_secret(stored[name], field.definition, desk.context)


def everything_stored(vault: Installation) -> str:
    """Return every cell of every table of the database as text."""
    cells: list[str] = []
    with vault.store.alone() as connection:
        tables = connection.dialect.get_table_names(connection)
        for table in tables:
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                cells += [
                    each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
                    for each in row
                ]
    return "\n".join(cells)


def test_only_the_key_opens_what_is_stored(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        record = make(desk, doors=[{"name": "后门", "code": PLANTED}])
        assert clear_of(desk, record) == PLANTED
    stored = everything_stored(vault)
    assert "税务平台" in stored
    assert PLANTED not in stored
    assert PLANTED[:8] not in stored
    other = replace(keeper(vault), sealing=KeySealing(b"o" * 32))
    with vault.engine.read(other) as desk, pytest.raises(SealBrokenError):
        clear_of(desk, record)


def test_a_secret_of_one_field_does_not_open_in_another(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        record = make(desk)
        entity = desk.model.entity("remote")
        stored = desk.records.loader.records(entity, [record])[record]
        with pytest.raises(SealBrokenError):
            open_secret(stored["token"], entity.fields["pin"].definition, desk.context)


def test_what_is_shown_sent_back_leaves_it_and_nothing_clears_it(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        record = make(desk)
        desk.records.update("remote", record, {"name": "新名", "token": True}, None)
        assert clear_of(desk, record) == PLANTED
        desk.records.update("remote", record, {"token": "another"}, None)
        assert clear_of(desk, record) == "another"
        desk.records.update("remote", record, {"token": None}, None)
        assert clear_of(desk, record) is None
        with pytest.raises(InputError) as raised:
            desk.records.update("remote", record, {"pin": None}, None)
        assert raised.value.fields["pin"][0].code == "required"


def test_a_refusal_does_not_repeat_the_secret(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk, pytest.raises(InputError) as raised:
        make(desk, pin=PLANTED * 5)
    assert raised.value.fields["pin"][0].code == "too_long"
    assert PLANTED not in repr(raised.value.fields) + str(raised.value)


def test_history_and_undo_know_only_that_there_was_one(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        record = make(desk)
        changed = desk.records.update("remote", record, {"name": "x", "token": "another"}, None)
        history = read_history(desk.session, desk.reading, desk.model.entity("remote"), record)
        assert PLANTED not in repr(history)
        assert changed.change_set is not None
        undo(desk.records, changed.change_set)
        assert desk.record("remote", record).values["name"] == "税务平台"
        # The name goes back; what the secret was, nobody knows.
        assert clear_of(desk, record) == "another"


def test_it_cannot_be_asked_for_in_any_way(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        make(desk)
        for condition in (f"token = '{PLANTED}'", "token contains 's3'", "token is not empty"):
            with pytest.raises(QueryError):
                desk.condition("remote", condition)
        with pytest.raises(QueryError):
            desk.page(PageRequest(entity="remote", sort=(SortDefinition(path="token"),)))
        with pytest.raises(QueryError):
            desk.aggregate(AggregateRequest(entity="remote", group_by=(GroupKey("token"),)))
        for function in ("count", "min", "max"):
            measure = Measure(function, "token")
            with pytest.raises(QueryError):
                desk.aggregate(AggregateRequest(entity="remote", measures={"m": measure}))
        assert desk.page(PageRequest(entity="remote", search="s3cr3t")).rows == ()


def test_pages_records_and_copies_hold_no_secret(vault: Installation) -> None:
    with vault.engine.write(keeper(vault)) as desk:
        record = make(desk)
        page = desk.page(PageRequest(entity="remote", columns=("name", "token")))
        view = desk.record("remote", record)
        token = desk.model.entity("remote").fields["token"]
        assert token.type.to_json(view.values["token"], token.definition) is True
        proposal = copied(desk.records, "remote", record)
        assert PLANTED not in repr((page, view, proposal))
        assert "token" not in proposal.raw
        # Printing the sealed text would let a thief of the log try keys on it.
        assert "1." not in repr(page.rows[0].values["token"])


def test_without_a_key_no_secret_is_taken(vault: Installation) -> None:
    with vault.engine.write(vault.acting("keeper")) as desk, pytest.raises(InputError) as raised:
        make(desk)
    assert raised.value.fields["token"][0].code == "no_key_for_secrets"
