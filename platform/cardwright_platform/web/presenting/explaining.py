"""What was tried of somebody's rights, in the words of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.access.claims import FieldClaim
from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.explaining import Explanation, FieldVerdict, Tried, Verdict
from cardwright_metadata.expressions.tree import Node
from cardwright_platform.views.explaining import ActionLine, ClaimLine, FieldLine
from cardwright_platform.web.presenting.formulas import spoken
from cardwright_platform.web.presenting.reader import Reader

#: Scopes that ask of a department or an organisation which the record is stamped with.
_STAMPS: Mapping[str, str] = {
    "department": "department",
    "department_tree": "department",
    "organisation": "organisation",
    "organisation_tree": "organisation",
}


@dataclass(frozen=True)
class ExplainedRights:
    """The rights of one principal over one record that the asker has read: ``values``."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    record: int
    principal: Principal
    values: Mapping[str, object]

    def actions(self, explanation: Explanation) -> tuple[ActionLine, ...]:
        """Return a line for each action that some role grants, and for reading and editing."""
        return tuple(
            self._action(each)
            for each in explanation.verdicts
            if each.tried or each.action in ("read", "edit", "delete")
        )

    def fields(self, explanation: Explanation) -> tuple[FieldLine, ...]:
        """Return the fields that may not be filled although others may, by their reasons."""
        groups: dict[tuple[str, str], list[str]] = {}
        for each in explanation.fields:
            if each.level == "write" or self._is_of_engine(each):
                continue
            key = (each.level, self._why_not(each))
            groups.setdefault(key, []).append(self.reader.field_label(each.field))
        return tuple(
            FieldLine(
                level=level,
                label=self.reader.t(f"rights.level_{level}"),
                fields=self.reader.listed(names),
                text=text,
            )
            for (level, text), names in sorted(groups.items())
        )

    def role_labels(self) -> str:
        """Return the roles of who is asked of, as people call them."""
        roles = self.reader.model.catalog.roles
        names = (each for each in roles if each in self.principal.roles)
        return self.reader.listed(self._role(each) for each in names)

    def _action(self, verdict: Verdict) -> ActionLine:
        text = ""
        if not verdict.tried:
            text = self.reader.t("rights.no_role")
        elif verdict.granted and not verdict.holds:
            text = self.reader.t("rights.unread")
        elif verdict.holds and verdict.action in ("edit", "delete"):
            obstacle = self.desk.obstacle(self.entity.name, self.record)
            text = self.reader.say(obstacle) if obstacle is not None else ""
        held = [each for each in verdict.tried if each.holds]
        return ActionLine(
            label=self.reader.t(f"rights.action_{verdict.action}"),
            holds=verdict.holds,
            text=text,
            # What holds is reason enough; where nothing does, all that was tried is of interest.
            claims=tuple(self._claim(each) for each in held or verdict.tried),
        )

    def _claim(self, tried: Tried) -> ClaimLine:
        states = {True: "yes", False: "no", None: "unknown"}
        text = self.reader.t(f"rights.scope_{tried.claim.scope}")
        if tried.claim.entity == "*":
            text = self.reader.t("rights.of_every", scope=text)
        condition = ""
        if tried.claim.written is not None:
            condition = self._condition(tried, tried.claim.written)
        return ClaimLine(
            role=self._role(tried.claim.role),
            text=self.reader.t("rights.with_condition", scope=text, condition=condition)
            if condition
            else text,
            state=states[tried.holds],
            facts=self._facts(tried),
        )

    def _condition(self, tried: Tried, written: Node) -> str:
        if not tried.may_know:
            return self.reader.t("rights.condition_hidden")
        head = self.desk.model.head_of(self.entity) or self.entity
        return spoken(self.reader, head, written)

    def _facts(self, tried: Tried) -> str:
        facts: list[str] = []
        if tried.within is not None:
            facts += self._of_scope(tried.claim.scope, within=tried.within)
        if tried.condition is False and tried.within is not False:
            facts.append(self.reader.t("rights.condition_fails"))
        return self.reader.locale.said(facts)

    def _of_scope(self, scope: str, *, within: bool) -> Iterator[str]:
        if scope in _STAMPS:
            yield from self._of_stamp(scope, within=within)
        elif scope != "all" and "owner" in self.values:
            owner = self.values["owner"]
            if not isinstance(owner, RecordRef):
                yield self.reader.t("rights.no_owner")
                return
            name = self.reader.locale.titles.get((owner.entity, owner.id), f"#{owner.id}")
            yield self.reader.t(
                self._owner_key(scope, owner, within=within), owner=name, who=self.principal.name
            )

    def _owner_key(self, scope: str, owner: RecordRef, *, within: bool) -> str:
        employee = self.reader.model.catalog.player("employee")
        is_person = employee is not None and owner.entity == employee.name
        if is_person and owner.id == self.principal.employee:
            return "rights.owner_self"
        if scope == "own_and_subordinates" and is_person and self.principal.employee is not None:
            return "rights.owner_below" if within else "rights.owner_not_below"
        if scope == "my_teams" and not is_person:
            return "rights.owner_team" if within else "rights.owner_other_team"
        return "rights.owner_other"

    def _of_stamp(self, scope: str, *, within: bool) -> Iterator[str]:
        name = _STAMPS[scope]
        field = self.entity.fields.get(name)
        if field is None or name not in self.values or len(field.targets) != 1:
            return
        value = self.values[name]
        label = self.reader.field_label(field)
        if not isinstance(value, int):
            yield self.reader.t("rights.no_stamp", label=label)
            return
        title = self.reader.locale.titles.get((field.targets[0], value), f"#{value}")
        key = "rights.stamp_within" if within else "rights.stamp_outside"
        yield self.reader.t(key, label=label, title=title, who=self.principal.name)

    def _is_of_engine(self, verdict: FieldVerdict) -> bool:
        field = verdict.field
        shown = verdict.level == "read"
        return shown and (field.definition.system or bool(field.type.computed))

    def _why_not(self, verdict: FieldVerdict) -> str:
        if verdict.missing:
            path = self.reader.path_label(self.entity, verdict.missing[0])
            return self.reader.t("rights.field_needs", field=path)
        said = [self._field_claim(each) for each in _lowest(verdict)]
        return self.reader.listed(dict.fromkeys(said)) or self.reader.t("rights.no_role")

    def _field_claim(self, claim: FieldClaim) -> str:
        role = self._role(claim.role)
        if not claim.writes:
            return self.reader.t("rights.field_reads", role=role)
        key = {"group": "rights.field_group", "others": "rights.field_others"}.get(
            claim.source, "rights.field_said"
        )
        level = self.reader.t(f"rights.level_{LEVEL_NAMES[claim.level]}")
        return self.reader.t(key, role=role, group=self._group(claim.group), level=level)

    def _group(self, name: str) -> str:
        group = self.entity.definition.field_groups.get(name)
        return self.reader.text(group.label, name) if group is not None else name

    def _role(self, name: str) -> str:
        role = self.reader.model.catalog.roles.get(name)
        return self.reader.text(role.label, name) if role is not None else name


def _lowest(verdict: FieldVerdict) -> Sequence[FieldClaim]:
    """Return the claims that keep a field from being filled: those of roles that do anything."""
    return [each for each in verdict.claims if each.reads or each.writes]
