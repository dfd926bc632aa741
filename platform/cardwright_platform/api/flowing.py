"""Documents that flow: what can be pulled, what it would become, and the chain of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.flows.chains import Edge, read_chain
from cardwright_entities.flows.proposals import MOST_SOURCES, Proposal, propose
from cardwright_entities.flows.pulls import find_pull, sources_request
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.asking import wanted_fields
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, load_body, many, whole
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.api.reading import page_json, record_json
from cardwright_platform.api.records import RECORD
from cardwright_platform.permissions import RECORDS, reading, requires

pages = Blueprint("api_flowing", __name__, url_prefix=BASE)

MOST_ROWS = 200
_LARGEST_ID = 2**53 - 1

SOURCES = (
    Parameter("search", "Words that the sources contain."),
    Parameter("fields", "Fields of the sources, with commas between; all without it."),
    Parameter(
        "limit",
        "Sources of one answer.",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50},
    ),
    Parameter("cursor", "The place to go on from: next of the answer before."),
)


class ProposalBody(Body):
    """The sources of one target."""

    sources = many(whole("The id of a source.", 1, _LARGEST_ID), "The sources.", MOST_SOURCES)


@pages.get(f"/records/<entity>/{RECORD}/chain")
@requires(RECORDS)
@operation(Operation(answer="Chain", action=("read",)))
def show_chain(entity: str, record: int) -> ResponseReturnValue:
    """Answer where a record came from and what was made of it, as far as the caller may see."""
    read_parameters()
    with reading_desk() as desk:
        record_json(desk, entity, record, fields=("id",))
        chain = read_chain(desk, entity, record)
    return respond(
        dumps(
            {
                "records": [
                    {
                        "entity": each.record.entity,
                        "id": each.record.id,
                        "title": each.title,
                        "step": each.step,
                    }
                    for each in chain.records
                ],
                "edges": [_edge_json(each) for each in chain.edges],
                "more": chain.cut,
            }
        )
    )


@pages.get("/conversions/<conversion>/sources")
@requires(RECORDS)
@operation(Operation(answer="Sources", parameters=SOURCES))
def list_sources(conversion: str) -> ResponseReturnValue:
    """Answer the records that a conversion can pull from: convertible, and with something open."""
    asked = read_parameters()
    limit = asked.number("limit", 50)
    if not 1 <= limit <= MOST_ROWS:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        found = find_pull(desk.records, conversion)
        entity = find_entity(desk, found.source)
        request = sources_request(desk, found)
        if request is None:
            return respond(dumps({"items": [], "next": None}))
        request = replace(
            request,
            columns=wanted_fields(desk, entity, asked.names("fields"), deleted=False, lines=False),
            search=asked.text("search"),
            limit=limit,
            after=asked.text("cursor"),
            titles=False,
        )
        page = page_json(desk, entity, request)
    return respond(dumps({"items": page["items"], "next": page["next"]}))


@pages.post("/conversions/<conversion>/proposal")
@requires(RECORDS)
@reading
@operation(Operation(answer="Proposal", body=ProposalBody, conflicts=True))
def show_proposal(conversion: str) -> ResponseReturnValue:
    """Answer what some sources would become, to be changed and then created."""
    read_parameters()
    body = load_body(ProposalBody(), read_object())
    with reading_desk() as desk:
        found = desk.model.catalog.conversions.get(conversion)
        if found is None:
            raise NotFoundError(Message("not_found"))
        proposal = propose(desk.records, found, body.get("sources", []), shown=True)
        return respond(dumps(_proposal_json(desk, proposal)))


def _edge_json(edge: Edge) -> dict[str, object]:
    sides = {"source": edge.source, "target": edge.target}
    return {
        "conversion": edge.conversion,
        **{side: {"entity": name, "id": record} for side, (name, record) in sides.items()},
    }


def _proposal_json(desk: Desk, proposal: Proposal) -> dict[str, Any]:
    entity = desk.model.entity(proposal.entity)
    values = _values_json(entity, proposal.values)
    for name, lines in proposal.lines.items():
        line = desk.model.lines_of(entity, name)
        values[name] = [_values_json(line, each) for each in lines]
    return {"entity": proposal.entity, "values": values}


def _values_json(entity: EntityModel, values: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: entity.fields[name].type.to_json(value, entity.fields[name].definition)
        for name, value in values.items()
    }
