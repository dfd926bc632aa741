"""Messages to the outside in the reader's words; their content only for who may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardwright_entities.access.features import READ_MESSAGES
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.outbox import FAILED, NOTICE, WAITING, Outgoing
from cardwright_platform.current import current_instance
from cardwright_platform.inviting import is_invitation
from cardwright_platform.views.cells import Action
from cardwright_platform.views.outbox import MessageView
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import OUTBOX, Pairs, card_url, with_query

CHANNEL_ICONS: Mapping[str, str] = {
    "mail": "mail",
    "sms": "message",
    "webhook": "world",
    "notice": "bell",
}
_HUES: Mapping[str, str] = {"waiting": "amber", "sent": "green", "failed": "red"}


def message_view(desk: Desk, reader: Reader, message: Outgoing, chosen: Pairs = ()) -> MessageView:
    """Return one message as the page shows it; ``chosen`` is what the page is narrowed by."""
    entity = desk.model.by_name_or_id(message.entity)
    about = reader.entity_label(entity) if entity is not None else message.entity
    principal = desk.context.principal
    may_read = desk.policy.has_feature(principal, READ_MESSAGES)
    may_open = entity and message.record and desk.policy.may(principal, entity.name, "read")
    return MessageView(
        label=reader.t("outbox.and").join(_recipients(message)) or reader.t("outbox.nobody"),
        icon=CHANNEL_ICONS.get(message.channel, "mail"),
        state_label=reader.t(f"outbox.state_{message.state}"),
        hue=_HUES.get(message.state, "slate"),
        when=reader.locale.datetime(message.sent_at or message.at),
        about=f"{about} #{message.record}" if message.record else about,
        url=card_url(entity.name, message.record) if entity and may_open else "",
        facts=tuple(_facts(desk, reader, message)),
        reason=_reason(reader, message),
        failed=message.state == FAILED,
        said=tuple(_said(reader, message)) if may_read else (),
        actions=_actions(reader, message, chosen),
    )


def _recipients(message: Outgoing) -> list[str]:
    return [*message.recipients.get("to", ()), *message.recipients.get("cc", ())]


def _facts(desk: Desk, reader: Reader, message: Outgoing) -> Iterator[str]:
    rule = desk.model.catalog.rules.get(message.rule)
    if is_invitation(message):
        yield reader.t("outbox.own_invitation")
    elif message.channel == NOTICE:
        way = current_instance().notice_ways.get(message.name)
        yield way.in_language(reader.context.language) if way is not None else message.name
    else:
        yield reader.text(rule.label, message.rule) if rule is not None else message.rule
    if message.attempts:
        yield reader.t("outbox.tries", count=message.attempts)
    if message.state == WAITING and message.attempts:
        yield reader.t("outbox.next_try", when=reader.locale.datetime(message.next_at))
    if message.their_id:
        yield reader.t("outbox.their_id", number=message.their_id)


def _reason(reader: Reader, message: Outgoing) -> str:
    if not message.reason:
        return ""
    return reader.say(Message.of(message.reason["code"], **message.reason["params"]))


def _said(reader: Reader, message: Outgoing) -> Iterator[tuple[str, str]]:
    for key, value in (message.content or {}).items():
        if isinstance(value, Mapping):
            lines = "\n".join(f"{name}: {each}" for name, each in value.items())
            yield reader.t(f"outbox.said_{key}"), lines
        else:
            yield reader.t(f"outbox.said_{key}"), str(value)


def _actions(reader: Reader, message: Outgoing, chosen: Pairs) -> tuple[Action, ...]:
    place = f"{OUTBOX}/{message.id}"
    if message.state == FAILED and message.destination:
        label, url = reader.t("outbox.again"), with_query(f"{place}/again", chosen)
        return (Action(label=label, url=url, icon="refresh", post=True),)
    if message.state == WAITING:
        label, asked = reader.t("outbox.give_up"), reader.t("outbox.give_up_confirm")
        url = with_query(f"{place}/give-up", chosen)
        return (Action(label=label, url=url, icon="x", post=True, confirm=asked),)
    return ()
