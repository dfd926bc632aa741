"""A record, new or stored, → the view model of its form; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.live_plans import LivePlan, conditional_fields
from cardwright_entities.records.loading import Loader
from cardwright_entities.records.previewing import live_fields
from cardwright_metadata.definitions.cards import SectionDefinition
from cardwright_metadata.expressions.tree import Expression
from cardwright_platform.views.forms import (
    Form,
    FormSection,
    Input,
    LinesGrid,
    QuickForm,
)
from cardwright_platform.web.presenting.attributes import with_attributes
from cardwright_platform.web.presenting.currencies import unasked_fields
from cardwright_platform.web.presenting.form_errors import summary_of
from cardwright_platform.web.presenting.form_lines import with_places
from cardwright_platform.web.presenting.form_requests import (
    FormRequest,
    confirmations_of,
    titles_of_form,
)
from cardwright_platform.web.presenting.inputs import InputMaker
from cardwright_platform.web.presenting.line_grids import GridMaker, with_suggestion
from cardwright_platform.web.presenting.lines_tables import grid_columns
from cardwright_platform.web.presenting.live import asks_server, plan_of_form
from cardwright_platform.web.presenting.matrices import MakeInput, matrix_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.suggestions import suggested_of
from cardwright_platform.web.urls import compute_url

#: Fields of a form are told from others by these: what nobody types has no input.
_NEVER = frozenset({"id", "version", "deleted_at", "head", "position"})


@dataclass(frozen=True)
class FormMaker:
    """Lays out the form of one entity for one writer."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    asked: FormRequest
    evaluator: Evaluator
    values: RecordValues
    live: frozenset[str]  #: formulas that are told while one types
    toggled: frozenset[str] = frozenset()  #: fields that come and go while one types
    locked: frozenset[str] = frozenset()  #: fields that are locked and freed while one types

    @classmethod
    def of(cls, desk: Desk, reader: Reader, entity: EntityModel, asked: FormRequest) -> FormMaker:
        """Prepare a form; titles of chosen records are read here."""
        asked = with_places(asked, entity)
        loader = Loader(desk.session, desk.model)
        evaluator = Evaluator.of(desk.reading, loader)
        values = RecordValues(evaluator, entity, asked.values)
        titles = titles_of_form(desk, entity, asked)
        live = frozenset(each.name for each in live_fields(desk.reading, entity))
        slots = (
            frozenset(conditional_fields(desk.reading, entity, slot))
            for slot in ("visible", "readonly")
        )
        return cls(desk, reader.knowing(titles), entity, asked, evaluator, values, live, *slots)

    def form(self) -> Form:
        """Return the page."""
        sections = self._sections()
        plan = plan_of_form(self.desk, self.reader, self.entity, self.asked, self.values, sections)
        # What the page cannot tell by itself stands as it is now.
        told = self.toggled & plan.following("visible"), self.locked & plan.following("readonly")
        if told != (self.toggled, self.locked):
            return replace(self, toggled=told[0], locked=told[1]).form()
        return self._page(sections, plan)

    def _page(self, sections: tuple[FormSection, ...], plan: LivePlan) -> Form:
        label = self.reader.entity_label(self.entity)
        key = "form.edit" if self.asked.record is not None else "form.new"
        return Form(
            title=self.reader.t(key, entity=self.reader.inside(label)),
            entity=label,
            action=self.asked.action,
            list_url=self.asked.list_url,
            cancel_url=self.asked.cancel_url,
            icon=self.entity.definition.icon,
            name=self.asked.title,
            closed=self._closed(),
            record_url=self.asked.record_url,
            sections=sections,
            hidden=self._hidden(),
            errors=summary_of(self.desk, self.reader, self.entity, self.asked, sections),
            confirmations=confirmations_of(self.asked.failure),
            save_label=self.reader.t("save"),
            save_and_new=self.asked.record is None and not self.entity.definition.made_in,
            compute_url=self._compute_url(plan),
            live=plan.written,
            draft=self.asked.draft,
            upload=any(each.type.holds_file for each in self.entity.fields.values()),
        )

    def quick(self) -> QuickForm:
        """Return the dialog for a record made on the way."""
        form = self.form()
        return QuickForm(
            title=form.title,
            entity=form.entity,
            action=form.action,
            list_url=form.list_url,
            cancel_url=form.cancel_url,
            icon=form.icon,
            sections=form.sections,
            hidden=form.hidden,
            errors=form.errors,
            confirmations=form.confirmations,
            save_label=form.save_label,
            live=form.live,
        )

    # -- sections ------------------------------------------------------------------------------

    def _sections(self) -> tuple[FormSection, ...]:
        if self.asked.only:
            return (FormSection(name="quick", inputs=self._inputs(self.asked.only), columns=2),)
        sections: list[FormSection] = []
        placed: set[str] = set()
        for tab in self.entity.definition.card.tabs:
            for each in tab.sections:
                placed.update(each.fields)
                placed.add(each.lines)
                if self._shows(each.visible):
                    sections += self._section(each)
        sections = self._with_the_rest(sections, placed)
        sections += [
            self._lines_section(each.name, SectionDefinition(name=each.name))
            for each in self.entity.lines
            if each.name not in placed and self._may_see(each.name)
        ]
        return tuple(section for section in sections if section.inputs)

    def _with_the_rest(self, sections: list[FormSection], placed: set[str]) -> list[FormSection]:
        """Return the sections with the fields that no author placed.

        Where no field is placed they come first, formulas too, as on the card.
        """
        placed = placed | unasked_fields(self.desk, self.entity, self.asked.values)
        title = self.entity.definition.title
        left = [name for name in self.entity.fields if name not in placed and name != title]
        is_laid_out = any(each.lines is None for one in sections for each in one.inputs)
        plain = self._inputs(
            [title, *left] if title not in placed else left, computed=not is_laid_out
        )
        if not is_laid_out:
            return [FormSection(name="rest", inputs=plain), *sections]
        if plain and title not in placed:
            first = plain[:1] if plain[0].name == title else ()
            sections = [replace(sections[0], inputs=first + sections[0].inputs), *sections[1:]]
            plain = plain[len(first) :]
        return [*sections, FormSection(name="rest", label=self.reader.t("form.rest"), inputs=plain)]

    def _section(self, section: SectionDefinition) -> list[FormSection]:
        label = self.reader.text(section.label)
        if section.lines:
            seen = self._may_see(section.lines)
            return [self._lines_section(section.lines, section)] if seen else []
        if section.auto:
            return []
        inputs = self._inputs(section.fields, computed=True)
        return [FormSection(name=section.name, label=label, inputs=inputs)] if inputs else []

    def _may_see(self, name: str) -> bool:
        return name in self.entity.fields and name in self.desk.reading.readable(self.entity)

    def _shows(self, slot: bool | Expression) -> bool:
        return self.evaluator.holds(slot, self.values)

    def _inputs(self, names: Sequence[str], *, computed: bool = False) -> tuple[Input, ...]:
        """Return the inputs of fields; ``computed`` those of formulas too, which nobody types."""
        readable = self.desk.reading.readable(self.entity)
        made: list[Input] = []
        suggested = suggested_of(self.entity, self.asked.values, self.asked.typed, "")
        for name in names:
            found = self.entity.fields.get(name)
            if name in self.asked.masked:
                made.append(self._masked_input(name))
            if found is None or name in _NEVER or name not in readable:
                continue
            if found.type.relation == "lines":
                continue
            told = computed and name in self.live and self._shows(found.definition.visible)
            if not told and not self._is_asked(found):
                continue
            one = self._input(self._maker(), found, self.asked.values.get(name), self.values)
            one = replace(one, hidden=not self._shows(found.definition.visible))
            made.append(with_suggestion(one, suggested.get(name)))
        return tuple(made)

    def _masked_input(self, name: str) -> Input:
        """Return what is shown of a field of which the reader sees a part; it is not typed."""
        field = self.desk.reading.masked(self.entity)[name]
        value = self.asked.masked[name]
        return self._maker().input(field, value, required=False, readonly=True, focus="")

    def _is_asked(self, found: FieldModel) -> bool:
        if found.definition.system:
            return found.name == "owner" and bool(found.targets)
        shown = found.name in self.toggled or self._shows(found.definition.visible)
        return found.type.editable and shown

    def _maker(self, prefix: str = "", entity: EntityModel | None = None) -> InputMaker:
        return InputMaker(
            self.desk,
            self.reader,
            entity or self.entity,
            self.asked.typed,
            self.asked.failure.errors,
            prefix,
        )

    def _input(
        self, maker: InputMaker, found: FieldModel, value: object, values: RecordValues
    ) -> Input:
        principal = self.desk.context.principal
        writable = self.desk.policy.fields(principal, maker.entity.name, "write")
        readonly = found.name not in writable or not found.type.editable
        readonly = readonly or (found.name == "owner" and not self._may_assign)
        readonly = readonly or self._is_shut(found, values, maker.prefix)
        locked = maker.entity is self.entity and found.name in self.locked
        if not readonly and found.definition.readonly is not False and not locked:
            readonly = self.evaluator.holds(found.definition.readonly, values)
        required = self.evaluator.holds(found.definition.required, values)
        made = maker.input(
            found, value, required=required, readonly=readonly, focus=self.asked.focus
        )
        if made.widget != "attributes":
            return made
        errors = self.asked.failure.errors
        return with_attributes(made, found, values, self.reader, self.asked.typed, errors)

    @cached_property
    def _is_locked(self) -> bool:
        record = self.asked.record
        return record is not None and self.desk.obstacle(self.entity.name, record) is not None

    def _closed(self) -> str:
        return self.reader.say(Message("record_locked_partly")) if self._is_locked else ""

    @cached_property
    def _leaves_open(self) -> bool:
        return self.desk.leaves_open(self.entity.name, self.asked.record or 0)

    def _is_shut(self, found: FieldModel, values: RecordValues, prefix: str = "") -> bool:
        """Tell whether the record is locked and its lock leaves neither field nor its lines."""
        if not self._is_locked or not self._leaves_open:
            return self._is_locked
        held = self.entity.fields.get(prefix.partition(".")[0])
        if held is not None and self.evaluator.holds(held.definition.unlocked, self.values):
            return False
        return not self.evaluator.holds(found.definition.unlocked, values)

    @cached_property
    def _may_assign(self) -> bool:
        """Tell whether the writer may give the record to somebody else."""
        if self.asked.record is None:
            principal = self.desk.context.principal
            return self.desk.policy.may(principal, self.entity.name, "assign")
        return bool(self.desk.allowed(self.entity.name, self.asked.record, ("assign",)))

    # -- lines ---------------------------------------------------------------------------------

    def _lines_section(self, name: str, section: SectionDefinition) -> FormSection:
        found = self.entity.fields[name]
        line = self.desk.model.lines_of(self.entity, name)
        label = self.reader.text(section.label) or self.reader.field_label(found)
        grid = self._matrix(line, label, section) or self._grid_maker(name, section).grid()
        one = Input(name=name, widget="lines", label=label, span=4, lines=grid)
        return FormSection(name=section.name, label=label, inputs=(one,))

    def rows_of(self, name: str) -> LinesGrid:
        """Return the lines of a field that were posted, to be put into a form that is open."""
        if not self._may_see(name):
            raise NotFoundError(Message("not_found"))
        sections = (each for tab in self.entity.definition.card.tabs for each in tab.sections)
        found = (each for each in sections if each.lines == name)
        return self._grid_maker(name, next(found, SectionDefinition(name=name))).rows()

    def _grid_maker(self, name: str, section: SectionDefinition) -> GridMaker:
        line = self.desk.model.lines_of(self.entity, name)
        readable = self.desk.reading.readable(line)
        known = {name: each for name, each in line.fields.items() if name in readable}
        columns = grid_columns(line, section, known)
        return GridMaker(
            desk=self.desk,
            reader=self.reader,
            entity=self.entity,
            found=self.entity.fields[name],
            line=line,
            columns={path: each for path, each in columns.items() if each.type.relation != "lines"},
            totals=section.totals,
            asked=self.asked,
            make=self._line_input(line),
            shut=self._is_shut(self.entity.fields[name], self.values),
        )

    def _line_input(self, line: EntityModel) -> MakeInput:
        def make(
            prefix: str, each: FieldModel, value: object, values: Mapping[str, object]
        ) -> Input:
            names = RecordValues(self.evaluator, line, values, None, self.values)
            return self._input(self._maker(prefix, line), each, value, names)

        return make

    def _matrix(
        self, line: EntityModel, label: str, section: SectionDefinition
    ) -> LinesGrid | None:
        if section.matrix is None:
            return None
        asked, definition = self.asked, section.matrix
        matrix = matrix_of(definition, self.entity, line, self.reader, asked.values, asked.typed)
        return matrix.grid(label, asked, self._line_input(line))

    # -- around --------------------------------------------------------------------------------

    def _compute_url(self, plan: LivePlan) -> str:
        """Return where that is asked for which the page does not compute by itself."""
        asks = asks_server(self.desk, self.entity, plan)
        return compute_url(self.entity.name, self.asked.record) if asks else ""

    def _hidden(self) -> tuple[tuple[str, str], ...]:
        version = () if self.asked.version is None else (("version", str(self.asked.version)),)
        return version + self.asked.hidden
