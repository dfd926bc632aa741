"""Search: an OR over the fields that this reader may read of the AND of their tagged tokens.

Tokens stand in one column per entity, each prefixed by its field's number, so that field rights
hold inside the index. An exact recheck follows, because bigrams do not keep their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)

from cardwright_entities.errors import QueryError
from cardwright_entities.expressions.folding_sql import (
    contains_element,
    contains_folded,
    folded,
)
from cardwright_entities.folding import fold, query_tokens
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.store.sessions import Session

#: Words of a search at most; further ones are left out.
MOST_WORDS = 6

#: Characters of a search at most.
LONGEST_SEARCH = 100

#: Hits from which a word is common: they are not ranked but met on the way through the list.
MOST_HITS = 10_000


@dataclass(frozen=True)
class SearchedField:
    """One searched path: its field in the entity where its tokens stand."""

    path: tuple[str, ...]
    field: FieldModel
    weight: int


def searched_fields(names: RecordNames) -> tuple[SearchedField, ...]:
    """Return the searched paths that this reader may read, heaviest first."""
    found: list[SearchedField] = []
    for path, weight in names.entity.definition.search.items():
        parts = tuple(path.split("."))
        if not names.trusted and not names.reading.can_read(names.entity, parts):
            continue
        try:
            found.append(SearchedField(parts, _end(names, parts), weight))
        except QueryError:
            continue
    return tuple(sorted(found, key=lambda each: -each.weight))


def search_condition(names: RecordNames, words: str) -> ColumnElement[bool]:
    """Return the condition that every word of a search occurs in some searched field."""
    return _words_condition(names, words, walking=False)


def walked_condition(names: RecordNames, words: str) -> ColumnElement[bool]:
    """Return the same condition, asked of each record instead of the index of tokens.

    For words that so many have that the index would first have to gather them all.
    """
    return _words_condition(names, words, walking=True)


def _words_condition(names: RecordNames, words: str, *, walking: bool) -> ColumnElement[bool]:
    fields = searched_fields(names)
    wanted = _words(words)
    if not fields or not wanted:
        return false()
    return and_(*(_word_condition(names, fields, word, walking) for word in wanted))


def _words(words: str) -> list[str]:
    typed = fold(words[:LONGEST_SEARCH]).split()
    # Signs alone leave no tokens: "A / B" looks for A and B.
    return [word for word in typed if any(map(str.isalnum, word))][:MOST_WORDS]


def is_indexed(words: str) -> bool:
    """Tell whether every word of a search is found by the index."""
    wanted = _words(words)
    return bool(wanted) and all(query_tokens(0, word) for word in wanted)


def hits_condition(names: RecordNames, words: str) -> ColumnElement[bool]:
    """Return that a record is among the hits of a search, found before anything else."""
    hits = _hits(names, words).cte("hits").prefix_with("MATERIALIZED")
    return names.source.c["id"].in_(select(hits.c["id"]))


def is_common(session: Session, names: RecordNames, words: str) -> bool:
    """Tell whether a search hits so many records that its hits are not gathered."""
    counted = select(func.count()).select_from(_hits(names, words).subquery())
    return int(session.scalar(counted)) > MOST_HITS


def _hits(names: RecordNames, words: str) -> Select[Any]:
    source = names.sources.take(names.entity)
    own = RecordNames(
        names.reading, names.entity, source, None, names.trusted, sources=names.sources
    )
    # Of the records that exist for the reader: whether there are many decides their order.
    there = own.reading_condition(names.entity, source)
    return select(source.c["id"]).where(there, search_condition(own, words)).limit(MOST_HITS + 1)


def hit_rank(names: RecordNames, words: str) -> ColumnElement[int]:
    """Return how good a hit is: the heavier field first, then exact, beginning, inside."""
    wanted = fold(words[:LONGEST_SEARCH]).strip()
    ranks: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []
    for each in searched_fields(names):
        if len(each.path) > 1:
            continue
        text = folded(names.source.c[each.field.columns[0].name])
        part = literal(each.field.type.search_word(wanted, each.field.definition), Text())
        for kind, holds in (
            (3, text == part),
            (2, contains_element(text, part, names.dialect, start=True)),
            (1, contains_element(text, part, names.dialect)),
        ):
            ranks.append((holds, literal_column(str(int(each.weight) * 4 + kind), Integer())))
    # Searched behind links only, all hits are alike.
    return case(*ranks, else_=literal_column("0", Integer())) if ranks else literal(0, Integer())


def _word_condition(
    names: RecordNames, fields: Sequence[SearchedField], word: str, walking: bool = False
) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [false()]
    sure: list[Sequence[str]] = []
    for each in fields:
        if len(each.path) > 1:
            parts.append(_behind_link(names, each, word))
            continue
        text = names.source.c[each.field.columns[0].name]
        typed = each.field.type.search_word(word, each.field.definition)
        alternatives = query_tokens(each.field.definition.number, typed)
        if not alternatives:
            # One character has no neighbours to look for: only the beginnings of titles are asked.
            if _begins_titles(names, each.field):
                parts.append(contains_folded(text, typed, names.dialect, start=True))
            continue
        written, *spelled = alternatives
        sure += spelled
        if len(typed) == 2:
            # Two characters are one token: whoever holds it holds them side by side.
            sure.append(written)
            continue
        # Of several the neighbours do not tell their order: the text is looked at again.
        exact = contains_folded(text, typed, names.dialect)
        parts.append(and_(tokens_condition(names, [written], walking), exact))
    return or_(*parts, tokens_condition(names, sure, walking))


def _begins_titles(names: RecordNames, field: FieldModel) -> bool:
    return field is names.entity.title or field.type.computed == "mnemonic"


def _behind_link(names: RecordNames, searched: SearchedField, word: str) -> ColumnElement[bool]:
    link = names.field(searched.path[0])
    target = names.reading.model.entity(link.targets[0])
    source = names.sources.take(target)
    inner = RecordNames(names.reading, target, source, None, names.trusted, sources=names.sources)
    inner_field = SearchedField(searched.path[1:], searched.field, searched.weight)
    matching = select(source.c["id"]).where(
        names.reading_condition(target, source), _word_condition(inner, [inner_field], word)
    )
    return names.source.c[link.columns[0].name].in_(matching)


def tokens_condition(
    names: RecordNames, alternatives: Sequence[Sequence[str]], walking: bool = False
) -> ColumnElement[bool]:
    """Return the condition that a record holds all tokens of one of the alternatives."""
    choices = [tokens for tokens in alternatives if tokens]
    if not choices:
        return false()
    if names.dialect == "postgresql":
        stored = names.source.c["search_tokens"]
        single = [tokens[0] for tokens in choices if len(tokens) == 1]
        several = [stored.contains(list(tokens)) for tokens in choices if len(tokens) > 1]
        return or_(*([stored.overlaps(single)] if single else []), *several)
    if walking:
        # FTS5 reads the tokens back from this column, where blanks stand between them.
        spaced = literal(" ", Text()).concat(names.source.c["search_tokens"]).concat(" ")
        return or_(
            *(
                and_(*(func.instr(spaced, literal(f" {token} ", Text())) > 0 for token in tokens))
                for tokens in choices
            )
        )
    index = table(f"{names.entity.table.name}_search", column("rowid"))
    # The MATCH text is made of our own tokens: letters and digits only, in quotes.
    query = " OR ".join(
        "(" + " AND ".join(f'"{token}"' for token in tokens) + ")" for tokens in choices
    )
    # Each word has a parameter of its own, so that none is looked for in another's field.
    matches = literal_column(index.name).bool_op("MATCH")(literal(query, Text()))
    return names.source.c["id"].in_(select(index.c.rowid).where(matches))


def _end(names: RecordNames, path: tuple[str, ...]) -> FieldModel:
    entity: Any = names.entity
    for hop in path[:-1]:
        field = entity.fields[hop]
        entity = names.reading.model.entity(field.targets[0])
    end: FieldModel = entity.fields[path[-1]]
    return end
