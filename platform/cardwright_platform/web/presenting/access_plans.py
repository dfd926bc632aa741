"""A planned change of roles -> what it gives and takes, asked of the policy before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.changes.commits import load_bodies
from cardwright_entities.changes.plans import Plan
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.tree import Expression
from cardwright_platform.packs.role_changes import roles_of
from cardwright_platform.views.access import (
    AccessColumn,
    AccessMark,
    AccessPart,
    AccessRow,
    AccessTable,
)
from cardwright_platform.web.presenting.access import Access
from cardwright_platform.web.presenting.access_forms import grant_of
from cardwright_platform.web.presenting.access_marks import (
    LEVELS,
    all_actions,
    all_features,
    feature_label,
    scope_mark,
    yes_or_no,
)
from cardwright_platform.web.presenting.formulas import spoken


def catalog_after(desk: Desk, plan: Plan) -> Catalog:
    """Return the definitions as a plan would make them."""
    known = {found: json.loads(body) for found, body in plan.bodies.items()}
    missing = [found for _, found in plan.parts if found not in known]
    known |= load_bodies(desk.session, missing)
    return Catalog.from_parts({address: known[found] for address, found in plan.parts})


def given_features(desk: Desk, after: Catalog, plan: Plan) -> frozenset[str]:
    """Return the features that roles would have and have not."""
    before = desk.model.catalog.roles
    return frozenset(
        feature
        for name in roles_of(plan)
        if name in after.roles
        for feature in after.roles[name].features
        if name not in before or feature not in before[name].features
    )


def differences(access: Access, after: Catalog, plan: Plan) -> AccessTable:
    """Return what every role may do otherwise, entity by entity."""
    reader = access.reader
    return AccessTable(
        title=reader.t("access.what_changes"),
        head=reader.t("access.feature"),
        columns=(
            AccessColumn(label=reader.t("access.before")),
            AccessColumn(label=reader.t("access.after")),
        ),
        parts=tuple(part for name in roles_of(plan) for part in _of_role(access, after, name)),
    )


def _of_role(access: Access, after: Catalog, name: str) -> Iterator[AccessPart]:
    reader, desk = access.reader, access.desk
    found = after.roles.get(name) or desk.model.catalog.roles[name]
    label = reader.text(found.label, name)
    before, then = RolePolicy(desk.model.catalog), RolePolicy(after)
    one = Principal(None, label, frozenset({name}))
    if (row := _name_row(access, after, name)) is not None:
        yield AccessPart(label=label, rows=(row,))
    for _, entities in access.entities():
        for entity in entities:
            rows = (
                *_actions(access, entity, one, before, then),
                *_condition(access, entity, desk.model.catalog, after, name),
                *_fields(access, entity, one, before, then),
            )
            if rows:
                yield AccessPart(label=f"{label} › {reader.entity_label(entity)}", rows=rows)
    features = tuple(
        AccessRow(
            label=feature_label(reader, each),
            marks=(
                yes_or_no(reader, yes=before.has_feature(one, each)),
                yes_or_no(reader, yes=then.has_feature(one, each)),
            ),
        )
        for each in all_features()
        if before.has_feature(one, each) != then.has_feature(one, each)
    )
    if features:
        yield AccessPart(label=f"{label} › {reader.t('access.features')}", rows=features)


def _name_row(access: Access, after: Catalog, name: str) -> AccessRow | None:
    """Return how a role is called now and then, if that changes; one may come or go."""
    reader, roles = access.reader, access.desk.model.catalog.roles
    told = [
        reader.text(held[name].label, name) if name in held else reader.t(key)
        for held, key in ((roles, "access.role_made"), (after.roles, "access.role_gone"))
    ]
    if told[0] == told[1]:
        return None
    marks = tuple(AccessMark(text=each) for each in told)
    return AccessRow(label=reader.t("access.role_name"), marks=marks)


def _condition(
    access: Access, entity: EntityModel, before: Catalog, after: Catalog, name: str
) -> Iterator[AccessRow]:
    """Yield the condition of a role's grant on an entity where another one comes or it goes."""
    rows = [
        grant.rows
        if (role := catalog.roles.get(name)) and (grant := grant_of(role, entity.name))
        else None
        for catalog in (before, after)
    ]
    texts = ["" if each is None else each.text for each in rows]
    if name in before.roles and name in after.roles and texts[0] != texts[1]:
        marks = tuple(AccessMark(text=_said(access, entity, each)) for each in rows)
        yield AccessRow(label=access.reader.t("access.condition"), marks=marks)


def _said(access: Access, entity: EntityModel, rows: Expression | None) -> str:
    if rows is None:
        return access.reader.t("access.condition_none")
    if not access.desk.may_tell(entity.name, rows.tree):
        return access.reader.t("rights.condition_hidden")
    return spoken(access.reader, entity, rows.tree)


def _actions(
    access: Access, entity: EntityModel, one: Principal, before: RolePolicy, then: RolePolicy
) -> Iterator[AccessRow]:
    for action in all_actions():
        marks = tuple(
            scope_mark(access.reader, policy.claims(one, entity.name, action))
            for policy in (before, then)
        )
        if marks[0] != marks[1]:
            yield AccessRow(label=access.reader.t(f"rights.action_{action}"), marks=marks)


def _fields(
    access: Access, entity: EntityModel, one: Principal, before: RolePolicy, then: RolePolicy
) -> Iterator[AccessRow]:
    reader, desk = access.reader, access.desk
    lines = [
        (desk.model.lines_of(entity, each.name), f"{reader.field_label(each)} › ")
        for each in entity.lines
    ]
    for model, prefix in ((entity, ""), *lines):
        for name, field in desk.reading.shown(model).items():
            levels = [_level(policy, one, model.name, name) for policy in (before, then)]
            # Of what is open as a whole from now on, or closed, only the exceptions are told.
            whole = None in levels and "write" in levels
            if levels[0] != levels[1] and not whole and set(levels) != {None, "hidden"}:
                marks = tuple(_mark(access, each) for each in levels)
                yield AccessRow(label=prefix + reader.field_label(field), marks=marks)


def _level(policy: RolePolicy, one: Principal, entity: str, field: str) -> str | None:
    claims = policy.field_claims(one, entity, field)
    return LEVEL_NAMES[claims[0].level] if claims else None


def _mark(access: Access, known: str | None) -> AccessMark:
    level = known or LEVEL_NAMES[0]
    text = access.reader.t(f"rights.level_{level}")
    return AccessMark(text=text, hue=LEVELS[level], nothing=level == "hidden")
