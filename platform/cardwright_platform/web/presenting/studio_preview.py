"""A record as its card would look after a draft, for oneself or for those with a role.

Nothing is read that is not stored yet: values come from the card as it is, what a draft adds is
empty. Nobody sees a value here that he may not read himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.changes.plans import Plan
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.requests import PageRequest, RecordView
from cardwright_metadata.definitions.cards import SectionDefinition, TabDefinition
from cardwright_platform.views.cards import Item, Section
from cardwright_platform.views.cells import Cell, Choice
from cardwright_platform.views.studio import PreviewTab, StudioPreview
from cardwright_platform.web.presenting.access_plans import catalog_after
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import STUDIO_DRAFT, studio_preview_url

#: Number of a model that is no commit's.
_NO_COMMIT = -1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Lays out a record by the definitions that a plan would make."""

    desk: Desk
    reader: Reader
    plan: Plan
    record: RecordView | None
    entity: str
    role: str = ""

    def page(self) -> StudioPreview:
        """Return the page; without a record every value is empty."""
        after = Model(
            catalog_after(self.desk, self.plan).living,
            self.desk.model.types,
            self.desk.session.dialect,
            _NO_COMMIT,
        )
        entity = after.entity(self.entity)
        shown = self._shown(after)
        tabs = [
            PreviewTab(label=self._tab_label(tab), parts=tuple(self._parts(entity, tab, shown)))
            for tab in entity.definition.card.tabs
            if tab.sections
        ]
        return StudioPreview(
            title=self._title(),
            back_label=self.reader.t("studio.draft"),
            back_url=STUDIO_DRAFT,
            text=self.reader.t("studio.preview_text"),
            roles=tuple(self._roles()),
            tabs=tuple(each for each in tabs if each.parts),
        )

    def _shown(self, after: Model) -> frozenset[str]:
        """Return the fields that are shown: read by oneself, or new, and by who has the role."""
        known = self.desk.model.catalog.entities.get(self.entity)
        own = self.desk.policy.fields(self.desk.context.principal, self.entity, "read")
        added = frozenset(after.catalog.entity(self.entity).fields) - (
            frozenset(known.fields) if known is not None else frozenset()
        )
        readable = own | added if known is not None else added
        if not self.role:
            return readable
        one = Principal(None, self.role, frozenset({self.role}))
        return readable & RolePolicy(after.catalog).fields(one, self.entity, "read")

    def _parts(
        self, entity: EntityModel, tab: TabDefinition, shown: frozenset[str]
    ) -> Iterator[Section]:
        placed = {
            name
            for each in entity.definition.card.tabs
            for section in each.sections
            for name in (*section.fields, section.lines)
        }
        for section in tab.sections:
            items = tuple(self._items(entity, section, shown, placed))
            if items:
                label = self.reader.text(section.label)
                yield Section(name=section.name, label=label, items=items, columns=section.columns)

    def _items(
        self,
        entity: EntityModel,
        section: SectionDefinition,
        shown: frozenset[str],
        placed: set[str],
    ) -> Iterator[Item]:
        names = section.fields
        if section.auto:
            names = tuple(
                name
                for name, each in entity.fields.items()
                if name not in placed and not each.definition.system
            )
        for name in names:
            found = entity.fields.get(name)
            if found is None or name not in shown or found.type.relation == "lines":
                continue
            yield Item(
                label=self.reader.field_label(found),
                cell=self._cell(name),
                help=self.reader.text(found.definition.help),
            )

    def _cell(self, name: str) -> Cell:
        there = self.desk.model.catalog.entities.get(self.entity)
        values = self.record.values if self.record is not None else {}
        if there is None or name not in there.fields or name not in values:
            return Cell()
        return cell_of(self.reader, self.desk.model.entity(self.entity).fields[name], values[name])

    def _title(self) -> str:
        if self.record is None:
            return self.reader.t("studio.preview")
        title = self.desk.model.catalog.entity(self.entity).title
        return self._cell(title).text or f"#{self.record.id}"

    def _tab_label(self, tab: TabDefinition) -> str:
        return self.reader.text(tab.label) or self.reader.t("card.overview")

    def _roles(self) -> Iterator[Choice]:
        record = self.record.id if self.record is not None else 0
        url = studio_preview_url(self.entity, record)
        yield Choice(value=url, label=self.reader.t("studio.as_myself"), selected=not self.role)
        for name, role in self.desk.model.catalog.roles.items():
            yield Choice(
                value=studio_preview_url(self.entity, record, name),
                label=self.reader.text(role.label, name),
                selected=name == self.role,
            )


def sample_of(
    desk: Desk, reader: Reader, entity: str, wanted: int
) -> tuple[RecordView | None, Reader]:
    """Return a record to look at, the wanted one or the newest, and a reader who knows it."""
    if entity not in desk.model.catalog.entities:
        return None, reader
    if not wanted:
        page = desk.page(PageRequest(entity=entity, limit=1, count="none"))
        wanted = page.rows[0].id if page.rows else 0
    if not wanted:
        return None, reader
    record = desk.record(entity, wanted)
    return record, reader.knowing(record.titles)
