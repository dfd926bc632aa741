"""Links that say something of their own: ``links`` with ``fields`` are lines of an entity of links.

A link with a strength, a share or a role is a record: it has a table, rights, a history, a place in
forms, queries and the API. So the entity is made as if the author had written it, with the link as
its first field, and the field becomes its lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_metadata.marks import MarkedList, MarkedMap, Spot, copy_marked, marked

_LINKS, _LINES = "links", "lines"
#: What is said of the choosing belongs to the link of each record.
_OF_LINK = ("to", "where", "quick", "columns", "on_delete")


def with_links(content: MarkedMap, kind: object) -> list[MarkedMap]:
    """Return an entity with such fields as lines, and behind it the entities of their links."""
    fields = content.get("fields")
    owner = content.get("name") or content.get("extend")
    if kind != "entity" or not isinstance(fields, MarkedMap) or not isinstance(owner, str):
        return [content]
    named = [name for name, each in fields.items() if _has_fields(each)]
    if not named:
        return [content]
    changed: MarkedMap = copy_marked(content)
    return [changed, *(_entity(owner, name, changed["fields"][name]) for name in named)]


def _has_fields(field: object) -> bool:
    if not isinstance(field, MarkedMap) or field.get("type") != _LINKS:
        return False
    return isinstance(field.get("fields"), MarkedMap) and isinstance(field.get("to"), str)


def _entity(owner: str, name: str, field: MarkedMap) -> MarkedMap:
    """Return the entity of a field's links; the field becomes its lines."""
    at, spot = field.keys_at.get("fields"), field.values_at.get("fields")
    entity = str(field.get("via") or f"{owner}_{name}")
    target = str(field["to"])
    link = MarkedMap()
    link.put("type", "link", field.keys_at.get("type"), field.values_at.get("type"))
    link["required"] = True
    for key in _OF_LINK:
        if key in field:
            link.take(key, field)
    if "label" in field:
        link.take("label", field)
    own = MarkedMap()
    first = target if target.isidentifier() and target not in field["fields"] else "record"
    own.put(first, link, field.keys_at.get("to"), field.values_at.get("to"))
    for key in field["fields"]:
        own.take(key, field["fields"])
    made: MarkedMap = marked({"kind": "entity", "name": entity, "owner": owner, "title": first})
    for key in ("name", "owner"):
        if at is not None and spot is not None:
            made.put(key, made[key], at, spot)
    if "label" in field:
        made.take("label", field)
    made["icon"] = "link"
    made.put("fields", own, at, spot)
    made["unique"] = marked({"once": {"fields": ["head", first]}})
    if "was" in field:
        made["was"] = _former(owner, field["was"], spot)
    for key in (*_OF_LINK, "fields", "via"):
        field.drop(key)
    field.put("type", _LINES, field.keys_at.get("type"), field.values_at.get("type"))
    field.put("of", entity, at, spot)
    return made


def _former(owner: str, was: object, spot: Spot | None) -> MarkedList:
    found = MarkedList()
    for each in _names(was):
        if spot is not None:
            found.put(f"{owner}_{each}", spot)
    return found


def _names(was: object) -> Iterator[str]:
    yield from map(str, was) if isinstance(was, list) else (str(was),)
