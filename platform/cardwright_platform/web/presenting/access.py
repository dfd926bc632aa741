"""What roles and people may do, in tables; every mark is asked of the one policy of all reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.access.claims import SHARED, Claim, FieldClaim
from cardwright_entities.access.features import EXPLAIN
from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.explaining import FieldVerdict
from cardwright_metadata.definitions.others import RoleDefinition
from cardwright_platform.views.access import (
    AccessColumn,
    AccessMark,
    AccessPart,
    AccessRow,
    AccessTable,
)
from cardwright_platform.web.presenting.access_marks import (
    all_actions,
    all_features,
    feature_label,
    level_mark,
    scope_mark,
    yes_or_no,
)
from cardwright_platform.web.presenting.formulas import spoken
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import access_entity_url, access_person_url, access_role_url

#: One who is asked of, under his name; several beside each other are compared.
Asked = Sequence[tuple[AccessColumn, Principal]]


@dataclass(frozen=True)
class Access:
    """Tables of rights at one desk."""

    desk: Desk
    reader: Reader

    # -- roles -----------------------------------------------------------------------------------

    def role_label(self, name: str) -> str:
        """Return what a role is called."""
        role = self.desk.model.catalog.roles.get(name)
        return self.reader.text(role.label, name) if role is not None else name

    def role_labels(self, names: Iterable[str]) -> str:
        """Return several roles as people call them, in the order of the catalog."""
        held = frozenset(names)
        known = self.desk.model.catalog.roles
        return self.reader.listed(self.role_label(each) for each in known if each in held)

    def of_role(self, role: RoleDefinition) -> Principal:
        """Return somebody who has one role and nothing else."""
        return Principal(None, self.role_label(role.name), frozenset({role.name}))

    def roles(self, holders: Mapping[str, int]) -> Asked:
        """Return every role with how many people have it."""
        return tuple(
            (
                AccessColumn(
                    label=self.role_label(name),
                    sub=self._holders(holders.get(name, 0)),
                    url=access_role_url(name),
                ),
                self.of_role(role),
            )
            for name, role in self.desk.model.catalog.roles.items()
        )

    def _holders(self, count: int) -> str:
        return self.reader.t("access.holder" if count == 1 else "access.holders", count=count)

    # -- entities --------------------------------------------------------------------------------

    def tells(self, entity: EntityModel) -> bool:
        """Tell whether an entity is there for who looks: he reads it, or asks about others."""
        principal, policy = self.desk.context.principal, self.desk.policy
        return policy.has_feature(principal, EXPLAIN) or policy.may(principal, entity.name, "read")

    def entities(self) -> Iterator[tuple[str, tuple[EntityModel, ...]]]:
        """Yield the entities in the groups of the menu, those of no group at the end."""
        catalog = self.desk.model.catalog
        left = [
            each.name
            for each in catalog.entities.values()
            if not each.owner and self.tells(self.desk.model.entity(each.name))
        ]
        for menu in sorted(catalog.menus.values(), key=lambda each: each.order):
            named = dict.fromkeys(item.entity for item in menu.items if item.entity in left)
            if named:
                yield self.reader.text(menu.label, menu.name), self._models(named)
                left = [each for each in left if each not in named]
        if left:
            yield self.reader.t("access.others"), self._models(left)

    def overview(self, action: str, asked: Asked) -> AccessTable:
        """Return for one action what each who is asked of may do it with."""
        return AccessTable(
            title=self.reader.t("access.of_action", action=self._action(action)),
            head=self.reader.t("access.entity"),
            columns=tuple(column for column, _ in asked),
            parts=tuple(
                AccessPart(
                    label=label,
                    rows=tuple(
                        AccessRow(
                            label=self.reader.entity_label(entity),
                            url=access_entity_url(entity.name),
                            marks=tuple(self._scope(one, entity, action) for _, one in asked),
                        )
                        for entity in entities
                    ),
                )
                for label, entities in self.entities()
            ),
        )

    def of_one(self, one: Principal, title: str, url_of: Mapping[str, str]) -> AccessTable:
        """Return what one may do with every entity, action by action."""
        actions, many = all_actions(), len(one.roles) > 1
        return AccessTable(
            title=title,
            head=self.reader.t("access.entity"),
            columns=tuple(AccessColumn(label=self._action(each)) for each in actions),
            parts=tuple(
                AccessPart(
                    label=label,
                    rows=tuple(
                        AccessRow(
                            label=self.reader.entity_label(entity),
                            url=url_of.get(entity.name, ""),
                            marks=tuple(self._scope(one, entity, each, many) for each in actions),
                        )
                        for entity in entities
                    ),
                )
                for label, entities in self.entities()
            ),
        )

    def actions_of(self, entity: EntityModel, asked: Asked) -> AccessTable:
        """Return what each who is asked of may do with one entity."""
        return AccessTable(
            title=self.reader.t("rights.actions"),
            head=self.reader.t("access.action"),
            columns=tuple(column for column, _ in asked),
            parts=(
                AccessPart(
                    rows=tuple(
                        AccessRow(
                            label=self._action(action),
                            marks=tuple(self._scope(one, entity, action) for _, one in asked),
                        )
                        for action in all_actions()
                    )
                ),
            ),
        )

    def claims_of(self, entity: EntityModel, one: Principal) -> AccessTable:
        """Return what one may do with an entity, and which role gives what."""
        return AccessTable(
            title=self.reader.t("rights.actions"),
            head=self.reader.t("access.action"),
            columns=(
                AccessColumn(label=self.reader.t("access.scope")),
                AccessColumn(label=self.reader.t("access.given_by")),
            ),
            parts=(
                AccessPart(
                    rows=tuple(self._claims_row(entity, one, each) for each in all_actions())
                ),
            ),
        )

    # -- fields and features ---------------------------------------------------------------------

    def fields_of(self, entity: EntityModel, asked: Asked, *, told: bool = False) -> AccessTable:
        """Return what each may do with the fields of an entity and of its lines.

        ``told``: with the roles that say so.
        """
        parts: list[AccessPart] = list(self._field_parts(entity, "", asked, told=told))
        for each in entity.lines:
            if not self.desk.reading.has_field(entity, each.name):
                continue
            line = self.desk.model.lines_of(entity, each.name)
            label = self.reader.field_label(each)
            parts += self._field_parts(line, label, asked, told=told)
        return AccessTable(
            title=self.reader.t("rights.fields"),
            head=self.reader.t("access.field"),
            columns=tuple(column for column, _ in asked),
            parts=tuple(each for each in parts if each.rows),
        )

    def features(self, asked: Asked) -> AccessTable:
        """Return the rights that belong to no entity."""
        return AccessTable(
            title=self.reader.t("access.features"),
            head=self.reader.t("access.feature"),
            columns=tuple(column for column, _ in asked),
            parts=(
                AccessPart(
                    rows=tuple(
                        AccessRow(
                            label=feature_label(self.reader, name),
                            marks=tuple(self._feature(one, name) for _, one in asked),
                        )
                        for name in all_features()
                    )
                ),
            ),
        )

    def person_urls(self, account: int) -> Mapping[str, str]:
        """Return where each entity is told of for one person."""
        entities = self.desk.model.catalog.entities
        return {name: access_person_url(account, name) for name in entities}

    # -- marks -----------------------------------------------------------------------------------

    def _models(self, names: Iterable[str]) -> tuple[EntityModel, ...]:
        return tuple(self.desk.model.entity(each) for each in names)

    def _action(self, name: str) -> str:
        return self.reader.t(f"rights.action_{name}")

    def _scope(
        self, one: Principal, entity: EntityModel, action: str, many: bool = False
    ) -> AccessMark:
        claims = self.desk.policy.claims(one, entity.name, action)
        by = self.role_labels(each.role for each in claims) if many else ""
        return scope_mark(self.reader, claims, by)

    def _claims_row(self, entity: EntityModel, one: Principal, action: str) -> AccessRow:
        claims = self.desk.policy.claims(one, entity.name, action)
        found = [each for each in claims if each.within is not False]
        by_role: dict[str, list[str]] = {}
        for each in found:
            by_role.setdefault(each.role, []).append(self._claim(entity, each))
        told = self.reader.locale.said(
            self.reader.t(
                "access.by_role", role=self.role_label(role), scopes=self.reader.listed(scopes)
            )
            for role, scopes in by_role.items()
        )
        mark = scope_mark(self.reader, claims)
        return AccessRow(label=self._action(action), marks=(mark, AccessMark(text=told)))

    def _claim(self, entity: EntityModel, claim: Claim) -> str:
        text = self.reader.t(f"rights.scope_{claim.scope}")
        if claim.written is None or claim.scope == SHARED:
            return text
        condition = self.reader.t("rights.condition_hidden")
        if self.desk.may_tell(entity.name, claim.written):
            condition = spoken(self.reader, entity, claim.written)
        return self.reader.t("rights.with_condition", scope=text, condition=condition)

    def _feature(self, one: Principal, name: str) -> AccessMark:
        roles = self.desk.model.catalog.roles
        giving = [each for each in roles if each in one.roles and name in roles[each].features]
        by = self.role_labels(giving) if len(one.roles) > 1 else ""
        return yes_or_no(self.reader, yes=self.desk.policy.has_feature(one, name), by=by)

    def _field_parts(
        self, entity: EntityModel, lines: str, asked: Asked, *, told: bool
    ) -> Iterator[AccessPart]:
        verdicts = [
            {each.field.name: each for each in self.desk.explained_fields(entity.name, one)}
            for _, one in asked
        ]
        shown = [
            name
            for name in verdicts[0]
            if not entity.fields[name].definition.system or name == "owner"
        ]
        groups = [
            (self.reader.text(each.label, each.name), each.fields)
            for each in entity.definition.field_groups.values()
        ]
        grouped = {name for _, names in groups for name in names}
        groups = [("", tuple(each for each in shown if each not in grouped)), *groups]
        for label, names in groups:
            yield AccessPart(
                label=" › ".join(filter(None, (lines, label))),
                rows=tuple(
                    AccessRow(
                        label=self.reader.field_label(entity.fields[name]),
                        marks=tuple(self._level(each.get(name), told=told) for each in verdicts),
                    )
                    for name in shown
                    if name in names
                ),
            )

    def _level(self, verdict: FieldVerdict | None, *, told: bool) -> AccessMark:
        by = ""
        if told and verdict is not None and verdict.level != "hidden":
            by = self.role_labels(each.role for each in verdict.claims if _gives(each, verdict))
        return level_mark(self.reader, verdict, by)


def _gives(claim: FieldClaim, verdict: FieldVerdict) -> bool:
    """Tell whether a claim is among those that give the level which holds."""
    level = LEVEL_NAMES.index(verdict.level)
    can = claim.writes if verdict.level == "write" else claim.reads
    return can and claim.level >= level
