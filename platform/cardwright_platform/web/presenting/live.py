"""A laid out form → what it computes by itself: which inputs it has decides what it can."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.checking import worded
from cardwright_entities.records.duplicates import readable_rules
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.live_plans import LivePlan, Screen, make_plan
from cardwright_entities.records.previewing import live_fields, sees_its_lines
from cardwright_entities.records.suggesting import remembers
from cardwright_metadata.definitions.entities import CheckDefinition
from cardwright_platform.views.forms import FormSection, Input
from cardwright_platform.web.presenting.form_requests import FormRequest
from cardwright_platform.web.presenting.reader import Reader


def plan_of_form(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    asked: FormRequest,
    values: RecordValues,
    sections: Sequence[FormSection],
) -> LivePlan:
    """Return what the form computes by itself; nothing where the writer does not see all lines."""

    def say(check: CheckDefinition, name: str) -> str:
        return reader.say(worded(check, name))

    record = asked.record
    if record is not None and entity.lines and not sees_its_lines(desk.records, entity, record):
        return LivePlan()
    inputs = [each for section in sections for each in section.inputs]
    typed = {"": frozenset(each.name for each in inputs if _is_typed(each))}
    for each in inputs:
        if each.lines is not None and not each.lines.is_matrix:
            typed[each.name] = frozenset(one.name for one in each.lines.columns if one.typed)
    screen = Screen(typed, asked.values, is_new=record is None)
    return make_plan(desk.reading, entity, screen, values.variable, say)


def asks_server(desk: Desk, entity: EntityModel, plan: LivePlan) -> bool:
    """Tell whether a form has formulas or suggestions that it cannot compute by itself."""
    told = {each.name for each in live_fields(desk.reading, entity)}
    suggests = remembers(entity) or any(readable_rules(desk.reading, entity))
    for each in entity.lines:
        line = desk.model.lines_of(entity, each.name)
        suggests = suggests or remembers(line)
        told |= {f"{each.name}.{formula.name}" for formula in live_fields(desk.reading, line)}
    return suggests or bool(told - plan.told)


def _is_typed(one: Input) -> bool:
    return not one.readonly and one.lines is None
