"""One record → the view model of its card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.flows.actions import Action as Offered
from cardwright_entities.flows.copying import COPY
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RecordView
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.loading import Loader
from cardwright_entities.records.suggesting import BY_HAND
from cardwright_metadata.definitions.cards import SectionDefinition, TabDefinition
from cardwright_metadata.expressions.tree import Expression
from cardwright_platform.views.cards import (
    Card,
    CardTab,
    Figure,
    HistoryPanel,
    Item,
    Part,
    Section,
)
from cardwright_platform.views.cells import Action, Cell
from cardwright_platform.views.marks import MarkBox
from cardwright_platform.web.presenting.actions import action_button, lead_and_rest
from cardwright_platform.web.presenting.approvals import approval_panel
from cardwright_platform.web.presenting.card_menu import menu_of
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.contacting import contact_actions
from cardwright_platform.web.presenting.currencies import silent_fields
from cardwright_platform.web.presenting.deadlines import timing_figures
from cardwright_platform.web.presenting.file_names import file_names
from cardwright_platform.web.presenting.flowing import chain_panel
from cardwright_platform.web.presenting.lines_tables import lines_table
from cardwright_platform.web.presenting.marks import mark_box
from cardwright_platform.web.presenting.matrices import matrix_table
from cardwright_platform.web.presenting.owners import is_in_menu, returns_of
from cardwright_platform.web.presenting.panels import files_panel, history_panel
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.presenting.related import related_list, related_of
from cardwright_platform.web.presenting.shares import shares_panel
from cardwright_platform.web.presenting.sparks import spark_of
from cardwright_platform.web.presenting.stages import Button, is_told_by_path, stage_paths
from cardwright_platform.web.urls import (
    action_url,
    card_url,
    edit_url,
    field_url,
    list_url,
)

#: Cells that take the whole width of a card.
_WIDE = frozenset({"long_text", "rich_text", "address", "links", "files", "images"})
#: What fills a tab of its own.
_PANELS: Mapping[str, Callable[[Desk, Reader, EntityModel, int], Part]] = MappingProxyType(
    {
        "history": history_panel,
        "files": files_panel,
        "approval": approval_panel,
        "shares": shares_panel,
    }
)
#: What no layout places and nobody asks a card for; who set which value is told by its reasons.
_UNSAID = frozenset({"id", "version", "deleted_at", "head", "position", BY_HAND})


@dataclass(frozen=True)
class CardMaker:
    """Lays out one record for one reader."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    record: RecordView
    evaluator: Evaluator
    values: RecordValues
    whole: str = ""  #: the lines that are shown to the last

    @classmethod
    def of(cls, desk: Desk, reader: Reader, entity: EntityModel, record: RecordView) -> CardMaker:
        """Prepare the layout of a record that was read at the desk."""
        loader = Loader(desk.session, desk.model)
        evaluator = Evaluator.of(desk.reading, loader)
        values = RecordValues(evaluator, entity, record.values)
        names = file_names(desk, entity.fields, [record.values])
        reader = reader.knowing({**record.titles, **names})
        return cls(desk, reader, entity, record, evaluator, values)

    def card(
        self,
        tab_name: str = "",
        *,
        recycled: str = "",
        place: tuple[tuple[str, str], ...] = (),
    ) -> Card:
        """Return the card with the parts of one tab; ``place`` says of which list it came."""
        tabs = [tab for tab in self.entity.definition.card.tabs if self._has(tab)]
        current = next((tab for tab in tabs if tab.name == tab_name), tabs[0] if tabs else None)
        title = self.title()
        buttons = [] if recycled else self._buttons()
        primary, behind = lead_and_rest([each.drawn for each in buttons])
        return Card(
            title=title,
            url=card_url(self.entity.name, self.record.id),
            entity=self.reader.entity_label(self.entity),
            list_url=list_url(self.entity.name),
            icon=self.entity.definition.icon,
            initial=initial_of(title),
            hue=hue_of(title),
            image=self._image(),
            meta=self._meta(),
            marks=self._marks(recycled),
            figures=self._figures(),
            paths=stage_paths(self.desk, self.reader, self.entity, self.record, buttons),
            tabs=self._tabs(tabs, current, place),
            parts=self._parts(current),
            rail=self._rail(tabs),
            edit=self._edit(recycled),
            primary=primary,
            primary_more=behind,
            more=self._more(recycled),
            contact=contact_actions(self.reader, self.entity, self.record),
            recycled=recycled,
            closed="" if recycled else self._closed(),
            returns=""
            if recycled
            else returns_of(self.desk, self.reader, self.entity, self.record),
            restore=self._restore(recycled),
        )

    def title(self) -> str:
        """Return what the record is called."""
        cell = self._cell(self.entity.definition.title)
        return (cell.text if cell is not None else "") or f"#{self.record.id}"

    def _image(self) -> str:
        """Return the address of the picture that the record has of itself."""
        for name, field in self.entity.fields.items():
            if field.type.cell == "image" and self.record.values.get(name):
                return cell_of(self.reader, field, self.record.values[name]).image
        return ""

    # -- header --------------------------------------------------------------------------------

    def _meta(self) -> tuple[Cell, ...]:
        names = self.entity.definition.card.meta or self._usual_meta()
        cells = [self._cell(name) for name in names if name != self.entity.definition.title]
        return tuple(cell for cell in cells if cell is not None and cell.text)

    def _marks(self, recycled: str) -> MarkBox | None:
        if recycled:
            return None
        return mark_box(self.desk, self.entity, self.record.id)

    def _usual_meta(self) -> tuple[str, ...]:
        fields = self.entity.fields
        codes = [name for name, each in fields.items() if each.type.computed == "serial"]
        pills = [
            name
            for name, each in fields.items()
            if each.type.cell == "pill" and not is_told_by_path(each)
        ]
        return tuple(codes[:1] + pills[:2] + [name for name in ("owner",) if name in fields])

    def _figures(self) -> tuple[Figure, ...]:
        figures = []
        for name in self.entity.definition.card.figures[:3]:
            cell = self._cell(name)
            if cell is not None:
                label = self.reader.field_label(self.entity.fields[name])
                figures.append(Figure(label=label, cell=cell))
        timing = timing_figures(
            self.desk, self.reader, self.entity, self.record.id, self.record.values
        )
        return (*figures, *timing)

    def _cell(self, name: str) -> Cell | None:
        field = self.entity.fields.get(name)
        if field is None or name not in self.record.values:
            return self._masked_cell(name)
        return cell_of(self.reader, field, self.record.values[name])

    def _masked_cell(self, name: str) -> Cell | None:
        field = self.desk.reading.masked(self.entity).get(name)
        if field is None or name not in self.record.masked:
            return None
        return cell_of(self.reader, field, self.record.masked[name])

    def _tabs(
        self,
        tabs: list[TabDefinition],
        current: TabDefinition | None,
        place: tuple[tuple[str, str], ...],
    ) -> tuple[CardTab, ...]:
        return tuple(
            CardTab(
                name=tab.name,
                label=self._tab_label(tab),
                url=card_url(self.entity.name, self.record.id, (("tab", tab.name), *place)),
                current=tab is current,
                phone_only=tab.panel == "history",
            )
            for tab in tabs
        )

    def _tab_label(self, tab: TabDefinition) -> str:
        if tab.label:
            return self.reader.text(tab.label, tab.name)
        if tab.panel:
            return self.reader.t(f"panel.{tab.panel}")
        if tab.related is not None and tab.related.entity in self.desk.model.catalog.entities:
            shown = self.desk.model.entity(tab.related.entity)
            return self.reader.entity_label(shown)
        return self.reader.t("card.overview")

    def _has(self, tab: TabDefinition) -> bool:
        if tab.related is not None and related_of(self.desk, self.entity, tab.related) is None:
            return False  # not even that there is something
        return self._shows(tab.visible)

    def _shows(self, slot: bool | Expression) -> bool:
        return self.evaluator.holds(slot, self.values)

    # -- parts ---------------------------------------------------------------------------------

    def _parts(self, tab: TabDefinition | None) -> tuple[Part, ...]:
        if tab is None:
            return ()
        if tab.panel == "chain":
            title = self.title()
            return (chain_panel(self.desk, self.reader, self.entity, self.record.id, title),)
        if tab.panel in _PANELS:
            draw = _PANELS[tab.panel]
            return (draw(self.desk, self.reader, self.entity, self.record.id),)
        if tab.related is not None:
            found = related_of(self.desk, self.entity, tab.related)
            part = related_list(self.desk, self.reader, self.entity, self.record.id, found, tab)
            return (part,) if part is not None else ()
        parts = [self._section(tab, each) for each in tab.sections if self._shows(each.visible)]
        return tuple(part for part in parts if part is not None)

    def _section(self, tab: TabDefinition, section: SectionDefinition) -> Part | None:
        label = self.reader.text(section.label)
        if section.matrix is not None:
            return matrix_table(self.desk, self.reader, self.entity, self.record, section, label)
        if section.grid:
            return self._lines(tab, section)
        names = self._auto_fields() if section.auto else list(section.fields)
        items = tuple(item for item in (self._item(name) for name in names) if item is not None)
        if not items:
            return None
        return Section(name=section.name, label=label, items=items, columns=section.columns)

    def _auto_fields(self) -> list[str]:
        """Return what no layout places: readable, not retired, shown all the same."""
        definition = self.entity.definition
        placed = set(silent_fields(self.entity, self.record.values))
        if self.entity.title is None or not self.entity.title.targets:
            placed.add(definition.title)  # stands above; as a link it leads somewhere, too
        placed.update(name for name, field in self.entity.fields.items() if is_told_by_path(field))
        for tab in definition.card.tabs:
            for section in tab.sections:
                placed.update(section.fields)
                placed.add(section.lines)
        return [
            name
            for name, field in self.entity.fields.items()
            if name not in placed and field.type.relation != "lines" and name not in _UNSAID
        ]

    def _item(self, name: str) -> Item | None:
        field, cell = self.entity.fields.get(name), self._cell(name)
        if field is None or cell is None:
            return None
        if not self._shows(field.definition.visible):
            return None
        may_write = name in self.desk.policy.fields(
            self.desk.context.principal, self.entity.name, "write"
        )
        edit = place = ""
        readonly = field.definition.readonly
        if readonly is not False and self._shows(readonly):
            may_write = False
        if may_write and self._may("edit") and field.type.editable and not field.definition.system:
            edit = edit_url(self.entity.name, self.record.id, (("focus", name),))
            place = field_url(self.entity.name, self.record.id, name)
        return Item(
            label=self.reader.field_label(field),
            cell=cell,
            help=self.reader.text(field.definition.help),
            wide=cell.template in _WIDE,
            edit_url=edit,
            place_url=place,
            spark=spark_of(self.desk, self.reader, self.entity, self.record, field),
        )

    def _lines(self, tab: TabDefinition, section: SectionDefinition) -> Part | None:
        whole = self.whole == section.grid
        table = lines_table(self.desk, self.reader, self.entity, self.record, section, whole=whole)
        if table is None or not table.shortened:
            return table
        pairs = (("tab", tab.name), ("whole", section.grid))
        url = f"{card_url(self.entity.name, self.record.id, pairs)}#s-{section.grid}"
        return replace(table, all=Action(label=self.reader.t("related.all"), url=url))

    def _rail(self, tabs: list[TabDefinition]) -> HistoryPanel | None:
        if "history" not in self.entity.definition.features:
            return None
        return history_panel(self.desk, self.reader, self.entity, self.record.id, most=20)

    # -- actions -------------------------------------------------------------------------------

    def _may(self, action: str) -> bool:
        """Tell whether an action is granted on this very record; to create, on the entity."""
        if action == "create":
            return self.desk.policy.may(self.desk.context.principal, self.entity.name, action)
        return action in self._allowed

    @cached_property
    def _allowed(self) -> frozenset[str]:
        if self._obstacle is not None:
            return frozenset()
        return self.desk.allowed(self.entity.name, self.record.id, ("edit", "delete"))

    @cached_property
    def _obstacle(self) -> Message | None:
        return self.desk.obstacle(self.entity.name, self.record.id)

    @cached_property
    def _may_some(self) -> bool:
        """Tell whether some fields of a locked record are left to the reader."""
        name, record = self.entity.name, self.record.id
        if self._obstacle is None or not self.desk.leaves_open(name, record):
            return False
        return bool(self.desk.allowed(name, record, ("edit",)))

    def _closed(self) -> str:
        """Say why the record is not edited, or that some of it still is."""
        if self._obstacle is None:
            return ""
        why = Message("record_locked_partly") if self._may_some else self._obstacle
        return self.reader.say(why)

    def _edit(self, recycled: str) -> Action | None:
        if recycled or not (self._may("edit") or self._may_some) or self.entity.definition.owner:
            return None
        url = edit_url(self.entity.name, self.record.id)
        return Action(label=self.reader.t("edit"), url=url, icon="pencil", key="e", primary=True)

    def _buttons(self) -> list[Button]:
        return [
            Button(each, self._drawn(each))
            for each in self._offered
            if each.kind != COPY and not is_in_menu(each)  # a copy opens a form, from the menu
        ]

    @cached_property
    def _offered(self) -> list[Offered]:
        return self.desk.actions.offered(self.entity.name, self.record.id)

    def _drawn(self, offered: Offered) -> Action:
        record = self.record
        return action_button(self.reader, self.entity, record.id, record.version, offered)

    def _more(self, recycled: str) -> tuple[Action, ...]:
        if recycled:
            return ()
        asking = [self._drawn(each) for each in self._offered if is_in_menu(each)]
        return menu_of(self.desk, self.reader, self.entity, self.record, self._may, asking)

    def _restore(self, recycled: str) -> Action | None:
        if not recycled or not self._may("delete"):
            return None
        url = action_url(self.entity.name, self.record.id, "restore")
        return Action(
            label=self.reader.t("restore"), url=url, icon="restore", post=True, primary=True
        )
