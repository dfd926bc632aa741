"""The small form of a view: its name, its folder, and with whom it is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.people.players import player_of
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.saved_views.bodies import Body
from cardwright_entities.saved_views.changing import GROUP, LONGEST_NAME, Wanted
from cardwright_entities.saved_views.resolving import may_build, may_read
from cardwright_entities.saved_views.rows import Holder, StoredView, holders_of, reached_views
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import ActionForm, FormError, FormSection, Input
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.list_views import kept_url
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import new_view_url, view_url

#: What is posted for everybody, and before the name of a role or the number of a group.
_EVERYBODY, _ROLE, _GROUP = "all", "role:", "group:"
_MOST_GROUPS = 200
_NAME, _FOLDER, _WITH = "name", "folder", "with"


@dataclass(frozen=True, kw_only=True)
class ViewForm:
    """Lays out what is asked of a view: a new one kept from a list, or one that is kept."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    state: ListState | None = None  #: the list that is to be kept
    stored: StoredView | None = None
    typed: Typed = field(default_factory=dict)
    failure: InputError | ConflictError | None = None

    def form(self) -> ActionForm:
        """Return the form, as typed and with what is wrong."""
        t, stored, state = self.reader.t, self.stored, self.state
        key = str(stored.id) if stored is not None else state.query if state is not None else ""
        back = kept_url(self.entity.name, key)
        hidden = state.hidden() if state is not None else ()
        if stored is not None:
            hidden = (("version", str(stored.version)), *self._return())
        inputs = [self._name()]
        if stored is None or stored.account == self.desk.context.principal.account:
            inputs.append(self._folder())
        if may_build(self.desk.reading):
            inputs.append(self._with())
        action = new_view_url(self.entity.name) if stored is None else view_url(stored.id, "edit")
        return ActionForm(
            title=t("views.settings") if stored is not None else t("views.save_as"),
            entity=self.reader.list_label(self.entity),
            action=action,
            list_url=back,
            cancel_url=back,
            sections=(FormSection(name="view", inputs=tuple(inputs), columns=2),),
            hidden=hidden,
            errors=self._errors(),
            save_label=t("save"),
        )

    def _return(self) -> tuple[tuple[str, str], ...]:
        return tuple(("return", text) for text in self.typed.get("return", ())[-1:])

    def _text(self, name: str, otherwise: str) -> str:
        typed = self.typed.get(name)
        return typed[-1] if typed else otherwise

    def _messages(self, name: str) -> tuple[str, ...]:
        if not isinstance(self.failure, InputError):
            return ()
        return tuple(self.reader.say(each) for each in self.failure.fields.get(name, ()))

    def _errors(self) -> tuple[FormError, ...]:
        if isinstance(self.failure, ConflictError):
            return (FormError(text=self._changed_meanwhile()),)
        places = self.failure.fields if self.failure is not None else {}
        labels = {each: self.reader.t(f"views.{each}") for each in (_NAME, _FOLDER, _WITH)}
        return tuple(
            FormError(text=text, target=place if label else "", label=label)
            for place, label in ((each, labels.get(each, "")) for each in places)
            for text in self._messages(place)
        )

    def _changed_meanwhile(self) -> str:
        """Say how a view stands now, beside what was typed."""
        stored, t = self.stored, self.reader.t
        assert stored is not None  # only what is kept can have been changed
        who = names_of_accounts(self.desk.session, [stored.changed_by]).get(stored.changed_by, "")
        return t("views.stands", who=who or t("conflict.somebody"), name=stored.name)

    def _name(self) -> Input:
        searched = self.state is not None and bool(self.state.search)
        return Input(
            name=_NAME,
            label=self.reader.t("views.name"),
            text=self._text(_NAME, self.stored.name if self.stored is not None else ""),
            errors=self._messages(_NAME),
            help=self.reader.t("views.search_left_out") if searched else "",
            required=True,
            focus=True,
            span=2,
            length=LONGEST_NAME,
        )

    def _folder(self) -> Input:
        return Input(
            name=_FOLDER,
            label=self.reader.t("views.folder"),
            text=self._text(_FOLDER, self.stored.folder if self.stored is not None else ""),
            errors=self._messages(_FOLDER),
            hint=self.reader.t("views.folder_hint"),
            span=2,
            length=LONGEST_NAME,
            choices=tuple(Choice(value=each, label=each) for each in folders_of(self.desk)),
        )

    def _with(self) -> Input:
        typed = self.typed.get(_WITH)
        chosen = [each for each in typed if each] if typed is not None else self._held
        return Input(
            name=_WITH,
            widget="multiselect",
            label=self.reader.t("views.with"),
            errors=self._messages(_WITH),
            help=self.reader.t("views.with_help"),
            values=tuple(chosen),
            span=2,
            choices=tuple(
                Choice(value=value, label=label, selected=value in chosen)
                for value, label in offered_holders(self.desk, self.reader).items()
            ),
        )

    @cached_property
    def _held(self) -> list[str]:
        if self.stored is None:
            return []
        held = holders_of(self.desk.session, [self.stored.id])
        return [_word(each) for each in held[self.stored.id]]


def folders_of(desk: Desk) -> list[str]:
    """Return the folders in which the principal has views."""
    account = desk.context.principal.account
    views = reached_views(desk.session, desk.model)
    return sorted({each.folder for each in views if each.account == account and each.folder})


def offered_holders(desk: Desk, reader: Reader) -> dict[str, str]:
    """Return with whom a view may be shared, by what is posted for it."""
    found = {_EVERYBODY: reader.t("views.everybody")}
    roles = desk.model.catalog.roles.values()
    found |= {_ROLE + each.name: reader.text(each.label, each.name) for each in roles}
    player = player_of(desk.model, GROUP)
    title = player.entity.title if player is not None else None
    if player is None or title is None or not may_read(desk.reading, player.entity.name):
        return found
    request = PageRequest(
        entity=player.entity.name, columns=(title.name,), limit=_MOST_GROUPS, count="none"
    )
    rows = desk.page(request).rows if desk.reading.can_read(player.entity, (title.name,)) else ()
    return found | {f"{_GROUP}{each.id}": str(each.values.get(title.name)) for each in rows}


def read_form(desk: Desk, reader: Reader, typed: Typed, body: Body | None, view: int = 0) -> Wanted:
    """Return what a posted form wants; holders that it could not show stay as they are."""

    def text(name: str) -> str | None:
        return typed[name][-1] if typed.get(name) else None

    holders: list[Holder] | None = None
    if _WITH in typed and may_build(desk.reading):
        offered = offered_holders(desk, reader)
        before = holders_of(desk.session, [view])[view] if view else []
        holders = [each for each in before if _word(each) not in offered]
        holders += _read_holders(desk, typed[_WITH])
    return Wanted(name=text(_NAME), folder=text(_FOLDER), body=body, holders=holders)


def say_holders(
    desk: Desk, reader: Reader, holders: Mapping[int, Sequence[Holder]]
) -> dict[int, str]:
    """Return in words with whom views are shared, as far as the reader may know them."""
    offered = offered_holders(desk, reader)
    return {
        view: reader.listed(offered[_word(each)] for each in held if _word(each) in offered)
        for view, held in holders.items()
    }


def _word(holder: Holder) -> str:
    if holder.role:
        return _ROLE + holder.role
    return f"{_GROUP}{holder.id}" if holder.kind else _EVERYBODY


def _read_holders(desk: Desk, words: Sequence[str]) -> list[Holder]:
    player = player_of(desk.model, GROUP)
    found: list[Holder] = []
    for word in words:
        number = word.removeprefix(_GROUP)
        if word == _EVERYBODY:
            found.append(Holder())
        elif word.startswith(_ROLE):
            found.append(Holder(role=word.removeprefix(_ROLE)))
        elif player is not None and word.startswith(_GROUP) and is_number(number):
            found.append(Holder(kind=player.entity.key, id=int(number)))
    return found
