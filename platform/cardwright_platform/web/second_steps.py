"""The second step of signing in on one's own page: set up, codes on paper, turned off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import segno
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.second_steps import SecondStep as StoredStep
from cardwright_entities.accounts.second_steps import count_backup_codes
from cardwright_entities.errors import InputError
from cardwright_platform import second_steps
from cardwright_platform.current import current_account, current_context, current_instance
from cardwright_platform.permissions import IN_PERSON, requires
from cardwright_platform.views.pages import SecondStep, SetPassword
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reading_desk
from cardwright_platform.web.passwords import check_own_password, code_input, own_password
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCOUNT, SECOND_STEP

pages = Blueprint("second_steps", __name__)


@pages.get(SECOND_STEP)
@requires(IN_PERSON)
def show_second_step() -> ResponseReturnValue:
    """Show whether there is a second step, and what can be done about it."""
    return _page()


@pages.post(SECOND_STEP)
@requires(IN_PERSON)
def propose() -> ResponseReturnValue:
    """Draw a secret, for somebody who has said his password again."""

    def work(account: Account) -> Response:
        second_steps.propose(current_instance(), account)
        return go(SECOND_STEP)

    return _with_password(work)


@pages.post(f"{SECOND_STEP}/confirm")
@requires(IN_PERSON)
def confirm() -> ResponseReturnValue:
    """Take the step into use, and show the codes for the day on which the app is lost."""
    try:
        code = request.form.get("code", "")
        codes = second_steps.confirm(current_instance(), current_account(), code, current_context())
    except InputError as error:
        return _page(error)
    return _page(codes=codes)


@pages.post(f"{SECOND_STEP}/codes")
@requires(IN_PERSON)
def renew_codes() -> ResponseReturnValue:
    """Show new codes; those before are worthless from now on."""
    return _with_password(
        lambda account: _page(
            codes=second_steps.renew_codes(current_instance(), account, current_context())
        )
    )


@pages.post(f"{SECOND_STEP}/off")
@requires(IN_PERSON)
def turn_off() -> ResponseReturnValue:
    """Ask for the password only from now on."""

    def work(account: Account) -> Response:
        second_steps.turn_off(current_instance(), account, current_context())
        return go(ACCOUNT)

    return _with_password(work)


def _with_password(work: Callable[[Account], Response]) -> Response:
    account = current_account()
    try:
        check_own_password()
    except InputError as error:
        return _page(error)
    return work(account)


def _page(error: InputError | None = None, codes: tuple[str, ...] = ()) -> Response:
    reader, account = current_reader(), current_account()
    step = second_steps.read_step(current_instance(), account)
    errors = tuple(reader.say(each) for each in error.messages) if error else ()
    maker = _Maker(reader, account, errors)
    page = maker.codes(codes) if codes else maker.page(step)
    with reading_desk() as desk:
        return show(page, desk, status=422 if error else 200)


class _Maker:
    """Makes the page for each state of a step."""

    def __init__(self, reader: Reader, account: Account, errors: tuple[str, ...]) -> None:
        self._reader, self._account, self._errors = reader, account, errors

    def page(self, step: StoredStep | None) -> SecondStep:
        """Return the page of no step, of a proposed one, or of one in use."""
        if step is None:
            return self._begin()
        if step.confirmed_at is None:
            proposal = second_steps.proposal_of(current_instance(), self._account, step)
            return self._begin() if proposal is None else self._proposed(proposal)
        with current_instance().store.read(current_instance().system_context()) as session:
            left = count_backup_codes(session, self._account.id)
        new, off = f"{SECOND_STEP}/codes", f"{SECOND_STEP}/off"
        forms = (self._form("new_codes", new), self._form("turn_off", off))
        return replace(self._made("in_use", count=left), forms=forms)

    def codes(self, codes: tuple[str, ...]) -> SecondStep:
        """Return the page with codes that were just drawn."""
        return replace(self._made("keep_codes"), codes=codes)

    def _begin(self) -> SecondStep:
        return replace(self._made("about"), forms=(self._form("begin", SECOND_STEP),))

    def _proposed(self, proposal: second_steps.Proposal) -> SecondStep:
        drawn = segno.make(proposal.address, error="m", micro=False)
        form = SetPassword(
            title="",
            action=f"{SECOND_STEP}/confirm",
            inputs=(code_input(),),
            errors=self._errors,
            save_label=self._reader.t("second_step.confirm"),
        )
        return replace(
            self._made("scan"),
            drawing=Markup(drawn.svg_inline(omitsize=True, border=2)),  # noqa: S704 - segno draws nothing but paths
            letters=" ".join(_in_fours(proposal.letters)),
            forms=(form,),
        )

    def _form(self, name: str, action: str) -> SetPassword:
        inputs = own_password()
        return SetPassword(
            title=self._reader.t(f"second_step.{name}") if inputs else "",
            action=action,
            inputs=inputs,
            errors=self._errors if request.path == action else (),
            save_label=self._reader.t(f"second_step.{name}"),
        )

    def _made(self, text: str, *, count: int = 0) -> SecondStep:
        return SecondStep(
            title=self._reader.t("second_step.title"),
            text=self._reader.t(f"second_step.{text}", count=count),
            back_url=ACCOUNT,
        )


def _in_fours(letters: str) -> list[str]:
    return [letters[start : start + 4] for start in range(0, len(letters), 4)]
