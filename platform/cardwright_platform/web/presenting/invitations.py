"""Those who have not come yet → rows of the page; and the form by which somebody is invited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cardwright_entities.accounts.invitations import Awaited
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.people.players import Player, player_of
from cardwright_entities.queries.requests import PageRequest
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.forms import Form, FormError, FormSection, Input
from cardwright_platform.views.invitations import AwaitedRow
from cardwright_platform.web.presenting.form_requests import Failure, FormRequest
from cardwright_platform.web.presenting.forms import FormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.new_records import new_values
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import INVITATIONS, card_url, invitation_url

#: What is asked of somebody who is invited, as far as the entity that plays user has it.
_PARTS = ("name", "login", "email", "roles", "language")
MAIL, LINK = WAYS = ("mail", "link")
#: Inputs beside those of the user's record.
GROUPS, HOW = "invitation_groups", "invitation_how"
_MOST_GROUPS = 200


def awaited_row(desk: Desk, reader: Reader, awaited: Awaited, *, managed: bool) -> AwaitedRow:
    """Return the row of somebody who has not come yet; who manages him may invite him again."""
    account, state, hue = awaited.account, "invitations.state_none", "slate"
    if awaited.is_open(desk.context.now):
        state, hue = "invitations.state_open", "green"
    elif awaited.expires_at is not None:
        state, hue = "invitations.state_over", "amber"
    until = reader.locale.datetime(awaited.expires_at) if awaited.expires_at else ""
    roles = desk.model.catalog.roles
    named = [reader.text(roles[each].label, each) for each in sorted(account.roles & set(roles))]
    facts = (account.login, account.email or "", reader.listed(named))
    player = desk.model.catalog.player("user")
    may_open = player is not None and desk.policy.may(desk.context.principal, player.name, "read")
    return AwaitedRow(
        name=account.name,
        facts=tuple(each for each in facts if each),
        state=reader.t(state, when=until),
        hue=hue,
        url=card_url(player.name, account.id) if player is not None and may_open else "",
        actions=tuple(_actions(desk, reader, awaited)) if managed else (),
    )


def _actions(desk: Desk, reader: Reader, awaited: Awaited) -> list[Action]:
    account = awaited.account
    offered = [(LINK, "link")]
    if account.email:
        offered.insert(0, (MAIL, "mail"))
    found = [
        Action(
            label=reader.t(f"invitations.by_{way}"),
            url=invitation_url(account.id, way),
            icon=icon,
            post=True,
        )
        for way, icon in offered
    ]
    if awaited.is_open(desk.context.now):
        withdraw = Action(
            label=reader.t("invitations.withdraw"),
            url=invitation_url(account.id, "withdraw"),
            icon="x",
            post=True,
            confirm=reader.t("invitations.withdraw_confirm", name=account.name),
        )
        found.append(withdraw)
    return found


@dataclass(frozen=True, kw_only=True)
class InvitationForm:
    """Lays out what is asked of somebody who is invited: his own fields, groups, and the way."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    can_mail: bool
    typed: Typed = field(default_factory=dict)

    failure: Failure = field(default_factory=Failure)

    def form(self) -> Form:
        """Return the form, as typed and with what is wrong."""
        url = f"{INVITATIONS}/new"
        asked = FormRequest(
            action=url,
            list_url=INVITATIONS,
            cancel_url=INVITATIONS,
            values=new_values(self.desk, self.entity, {}),
            typed=self.typed,
            failure=self.failure,
            only=asked_fields(self.desk, self.entity),
        )
        form = FormMaker.of(self.desk, self.reader, self.entity, asked).form()
        own = replace(form.sections[0], columns=4) if form.sections else None
        further = FormSection(name="invitation", inputs=(*self._groups(), self._how()))
        return replace(
            form,
            title=self.reader.t("invitations.new"),
            entity=self.reader.t("invitations.title"),
            sections=(*((own,) if own else ()), further),
            errors=(*form.errors, *self._errors()),
            save_label=self.reader.t("invitations.save"),
            save_and_new=False,
        )

    def _errors(self) -> list[FormError]:
        texts = self.failure.errors.get(HOW, ())
        return [
            FormError(text=text, target=HOW, label=self.reader.t("invitations.how"))
            for text in texts
        ]

    def _how(self) -> Input:
        chosen = (self.typed.get(HOW) or [MAIL if self.can_mail else LINK])[-1]
        return Input(
            name=HOW,
            widget="select",
            label=self.reader.t("invitations.how"),
            help=self.reader.t(
                "invitations.how_help" if self.can_mail else "invitations.no_server"
            ),
            text=chosen,
            required=True,
            errors=tuple(self.failure.errors.get(HOW, ())),
            span=2,
            choices=tuple(
                Choice(
                    value=way,
                    label=self.reader.t(f"invitations.how_{way}"),
                    selected=way == chosen,
                )
                for way in WAYS
            ),
        )

    def _groups(self) -> tuple[Input, ...]:
        groups = groups_to_join(self.desk)
        if not groups:
            return ()
        chosen = tuple(each for each in self.typed.get(GROUPS, ()) if each)
        made = Input(
            name=GROUPS,
            widget="multiselect",
            label=self.reader.t("invitations.groups"),
            help=self.reader.t("invitations.groups_help"),
            values=chosen,
            span=2,
            choices=tuple(
                Choice(value=str(number), label=title, selected=str(number) in chosen)
                for number, title in groups.items()
            ),
        )
        return (made,)


def asked_fields(desk: Desk, entity: EntityModel) -> tuple[str, ...]:
    """Return the fields that are asked: those of the parts, and whatever else is needed."""
    parts = (desk.model.catalog.part("user", part) for part in _PARTS)
    needed = (
        each.name
        for each in entity.fields.values()
        if each.definition.required is True
        and each.type.editable
        and each.type.relation != "lines"
        and each.definition.default is None
    )
    return tuple(dict.fromkeys([*(each for each in parts if each), *needed]))


def group_player(desk: Desk) -> Player | None:
    """Return who plays user groups, if the principal may change who is in them."""
    player = player_of(desk.model, "user_group")
    if player is None or not desk.policy.may(desk.context.principal, player.entity.name, "edit"):
        return None
    members = player.field("members")
    return player if members is not None and members.type.relation == "many" else None


def groups_to_join(desk: Desk) -> dict[int, str]:
    """Return the groups that somebody may be put into, by id with their titles."""
    player = group_player(desk)
    title = player.entity.title if player is not None else None
    if player is None or title is None:
        return {}
    page = desk.page(
        PageRequest(
            entity=player.entity.name, columns=(title.name,), limit=_MOST_GROUPS, count="none"
        )
    )
    return {row.id: str(row.values.get(title.name) or f"#{row.id}") for row in page.rows}
