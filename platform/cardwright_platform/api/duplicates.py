"""Records that may be one and the same: told in groups, and made one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.records.duplicates import groups_of, readable_rules
from cardwright_entities.records.merging import MOST_MERGED, Merge, merge
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, load_body, many, whole
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.saving import check_confirmed, saved_json
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_duplicates", __name__, url_prefix=BASE)

MOST_GROUPS = 100
_LARGEST_ID = 2**53 - 1


class MergeBody(Body):
    """Which records become one with the one of the address, and whose values it takes."""

    others = many(
        whole("The id of a record that goes.", 1, _LARGEST_ID), "The records that go.", MOST_MERGED
    )
    choices = Plain(
        "By field the id of the record whose value stays; without it that of the one that stays.",
        {"additionalProperties": {"type": "integer"}},
    )
    confirmed = Plain(
        "Checks that are confirmed, with the reason given.",
        {"additionalProperties": {"type": "string"}},
    )


@pages.get("/duplicates/<entity>")
@requires(RECORDS)
@operation(Operation(answer="Duplicates", action=("read",)))
def list_duplicates(entity: str) -> ResponseReturnValue:
    """Answer which records look the same, rule by rule, as far as the caller may read them."""
    read_parameters()
    with reading_desk() as desk:
        found = find_entity(desk, entity)
        items = [
            {
                "rule": rule.name,
                "label": dict(rule.label.words),
                "groups": [
                    list(group)
                    for group in groups_of(
                        desk.session, desk.reading, found, rule.name, MOST_GROUPS
                    )
                ],
            }
            for rule, _ in readable_rules(desk.reading, found)
        ]
    return respond(dumps({"items": items}))


@pages.post(f"/records/<entity>/{RECORD}/merge")
@requires(RECORDS)
@operation(Operation(answer="record", action=("read",), body=MergeBody, once=True, conflicts=True))
def merge_records(entity: str, record: int) -> ResponseReturnValue:
    """Make one record of several: links, lines and files move to it, the others are deleted."""
    read_parameters()
    body = load_body(MergeBody(), read_object())
    confirmed, choices = body.get("confirmed", {}), body.get("choices", {})
    check_confirmed("confirmed", confirmed)
    _check_choices(choices)
    asked = Merge(
        entity=entity,
        master=record,
        others=tuple(dict.fromkeys(body.get("others", []))),
        choices=choices,
        confirmed=confirmed,
    )

    def work(desk: Desk) -> Answer:
        return Answer(value=saved_json(desk, entity, merge(desk.records, asked)))

    return answer_once(work, lambda desk: find_entity(desk, entity))


def _check_choices(choices: Mapping[str, object]) -> None:
    """Raise InputError unless every field is taken of a record that is named by its id."""
    wrong = [name for name, record in choices.items() if type(record) is not int]
    if wrong:
        raise InputError({f"choices.{name}": [Message("not_an_integer")] for name in wrong})
