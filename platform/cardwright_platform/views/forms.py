"""The form for create and edit: inputs with their values, messages and choices; lines grids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cards import Change
from cardwright_platform.views.cells import Action, Cell, Choice, Mark


@dataclass(frozen=True, kw_only=True)
class LinkInput:
    """How a link is chosen.

    ``options_url`` answers ``?q=`` with ``{"options": [{"value", "text", "note", "initial",
    "hue", "level"}], "more": bool}``; with it come the other inputs of the record (or line) so far,
    as ``record.<name>``. ``picker_url`` is the dialog with columns; ``new_url`` the quick
    form, called with ``title`` = what was typed. For ``link_any`` there is one LinkTarget each
    entity, and what is posted is ``entity:id``.
    """

    options_url: str = ""
    picker_url: str = ""
    new_url: str = ""
    open_url: str = ""  #: card of the chosen record
    icon: str = ""
    targets: tuple[LinkTarget, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkTarget:
    """An entity that a ``link_any`` may point to."""

    entity: str
    label: str
    options_url: str
    picker_url: str = ""
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class AddressInput:
    """The parts of an address, named ``<field>.region``, ``<field>.street`` and so on."""

    parts: tuple[Input, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileInput:
    """A stored file, and whether it may be taken away (posts ``<name>.remove=1``)."""

    id: str = ""
    name: str = ""
    url: str = ""
    size: str = ""
    image: str = ""
    accept: str = ""  #: as the ``accept`` attribute wants it
    limit: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """How an input stands to what is suggested for it.

    Scripts post ``<name>.suggested=1`` beside a value that nobody set by hand. ``offers`` tells
    that ``compute_url?offers=<name>`` lists suggestions: ``{"offers": [{"label", "shown", "text",
    "title"}]}``. ``bound`` are fields that follow when this one is set.
    """

    by_hand: bool = False
    offers: bool = False
    bound: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Input:
    """One value to type. ``widget`` is the field type's: a file under ``widgets/``.

    ``name`` is what is posted. ``text`` is what was typed or is stored, never lost on an error;
    of a checkbox it is "true" or "" (a checkbox posts ``false`` and, if ticked, ``true`` after
    it: the last one counts); of multiselect and links an empty one comes first in the same way.
    """

    name: str
    widget: str = "text"
    label: str = ""
    text: str = ""
    values: tuple[str, ...] = ()  #: of what takes several: multiselect, links
    choices: tuple[Choice, ...] = ()
    marks: tuple[Mark, ...] = ()  #: titles of chosen records, in the order of ``values``
    cell: Cell | None = None  #: of readonly: how the value is shown
    errors: tuple[str, ...] = ()
    hint: str = ""  #: in the empty input
    help: str = ""  #: under the input
    example: str = ""
    unit: str = ""
    required: bool = False
    readonly: bool = False
    hidden: bool = False  #: not shown now; the form's ``live`` tells when it is
    computed: bool = False  #: filled by the engine; shown, refreshed by ``compute_url``
    focus: bool = False
    span: int = 1  #: columns of four; 4 is the whole row
    length: int = 0  #: longest text; 0 without limit
    scale: int = 0  #: number: decimals
    input_type: str = "text"  #: text, email, tel, url, password
    input_mode: str = ""  #: numeric, decimal, tel: keyboard of a phone
    rows: int = 3  #: textarea
    parent: str = ""  #: name of the input on which the choices depend
    link: LinkInput | None = None
    address: AddressInput | None = None
    file: FileInput | None = None
    lines: LinesGrid | None = None
    suggested: Suggested | None = None


@dataclass(frozen=True, kw_only=True)
class GridColumn:
    """A column of a lines grid. ``total``: its figures are summed while one types."""

    name: str
    label: str
    numeric: bool = False
    width: int = 0  #: pixels; 0 shares the rest
    required: bool = False
    total: bool = False
    scale: int = 0
    least: int = 0  #: decimals that are written even where they are noughts
    unit: str = ""
    help: str = ""
    typed: bool = False  #: has an input in every row


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A line. ``key`` is the number in its names: ``items.3.price``.

    Rows are posted in the order of the screen, which a hand may have changed: read them in the
    order in which their first name appears. ``hidden`` holds id and version of a stored line. A
    taken-away stored line posts ``<remove_name>=1``; a new one is simply gone.
    """

    key: str
    inputs: tuple[Input, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    remove_name: str = ""
    errors: tuple[str, ...] = ()  #: of the line as a whole
    removed: bool = False
    number: int = 0  #: of a line in a long form; 0: they are counted on the page


@dataclass(frozen=True, kw_only=True)
class LinesGrid:
    """The lines of a head, to type. ``blank`` has ``__n__`` where new rows get their number.

    Of many lines ``rows`` is a page, beginning behind ``first`` others. ``carried`` holds all of
    them, as JSON; it is posted as ``<name>.*``, and a line that has inputs is read from these.
    A button that posts ``then`` = ``show.<name>.<place>`` shows another page. ``rows_url`` takes
    lines as ``<name>.*`` and answers them drawn.
    """

    name: str
    label: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...] = ()
    blank: GridRow | None = None  #: None: lines may not be added
    next_key: int = 0  #: number of the first new row
    totals: tuple[str, ...] = ()  #: one a column as the server knows them; empty texts between
    errors: tuple[str, ...] = ()
    add_label: str = ""
    can_remove: bool = True
    can_sort: bool = True
    is_matrix: bool = False  #: a row is several lines; its total follows, or is spread
    carried: str = ""
    rows_url: str = ""
    first: int = 0
    count: int = 0
    page: int = 0  #: rows of a page


@dataclass(frozen=True, kw_only=True)
class LineRows:
    """Rows of a grid for a form that is open, nothing around them."""

    template: ClassVar[str] = "line_rows.html"
    grid: LinesGrid


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A titled group of inputs; a lines grid is a section with one input of widget ``lines``."""

    name: str
    label: str = ""
    inputs: tuple[Input, ...] = ()
    columns: int = 4


@dataclass(frozen=True, kw_only=True)
class FormError:
    """One line of the summary of errors; ``target`` is the name of the input it leads to."""

    text: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A check that would pass if confirmed; posts ``confirm.<name>=1`` and ``reason.<name>``."""

    name: str
    text: str
    reason: bool = False
    given: str = ""  #: the reason already typed
    checked: bool = False  #: it was ticked, and a reason is missing still


@dataclass(frozen=True, kw_only=True)
class FormDraft:
    """What keeps a form until it is saved, and what waits of an earlier one.

    ``keep_url`` takes the whole form and answers ``{"note"}``; ``resume_url`` is the form with what
    was kept of it. ``offer`` says what waits from before; ``continued`` that the form goes on with
    it. ``account`` is whose a copy in the browser is.
    """

    number: str
    account: int
    keep_url: str
    resume_url: str
    offer: str = ""
    continued: str = ""
    notes: tuple[str, ...] = ()  #: the record was changed meanwhile, a field is no more
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """The page or dialog for one record. ``hidden`` carries version, return address and the rest.

    The buttons post ``then``: "open" (the card), "new" (an empty form), "back" (return address).
    ``compute_url`` takes the whole form and answers ``{"values": {name: text}, "filled": {name:
    {"text", "title"}}}`` for computed inputs and totals, and for inputs that suggestions and
    equations fill, and ``duplicates`` with ``text`` and ``url``; empty:
    nothing is asked of the server while one types. ``live`` is what the
    page computes by itself, as JSON: formulas, conditions of inputs and checks; empty: nothing.
    """

    template: ClassVar[str] = "form.html"
    title: str
    entity: str
    action: str
    list_url: str
    cancel_url: str
    icon: str = ""
    name: str = ""  #: title of the record in edit, empty in create
    closed: str = ""  #: why most of the record is only read, where some of it is still edited
    record_url: str = ""
    sections: tuple[FormSection, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[FormError, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    save_label: str = ""
    save_and_new: bool = False
    compute_url: str = ""
    live: str = ""
    draft: FormDraft | None = None
    upload: bool = False  #: holds file inputs: posts as multipart


@dataclass(frozen=True, kw_only=True)
class QuickForm(Form):
    """The same in a dialog: a few fields of a record made on the way.

    It is posted with ``Accept: application/json``; the answer to a good post is JSON
    ``{"value", "text", "note"}`` of the new record, to a bad one this form again (422).
    """

    template: ClassVar[str] = "quick_form.html"


@dataclass(frozen=True, kw_only=True)
class ActionForm(QuickForm):
    """What an action asks before it works, in the dialog or as a page of its own.

    Posted with ``Accept: application/json`` a good post answers ``{"url"}``, where to go next.
    """

    template: ClassVar[str] = "action_form.html"
    danger: bool = False
    question: str = ""  #: what is asked before something that one might regret


@dataclass(frozen=True, kw_only=True)
class FieldForm(QuickForm):
    """One field of a record, typed where it stands on the card, or as a page of its own.

    Posted with ``Accept: application/json`` a good post answers ``{"url"}``, what to show then.
    """

    template: ClassVar[str] = "field_form.html"
    clash: str = ""  #: somebody else has changed it meanwhile: who, when, to what
    whole: Action | None = None  #: the form of the whole record


@dataclass(frozen=True, kw_only=True)
class ConflictField:
    """A field that both changed: what it was, theirs and mine; posts ``resolve.<name>``."""

    name: str
    label: str
    base: Cell
    theirs: Cell
    mine: Cell


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Somebody saved meanwhile (409): choose per field; everything typed stays in ``hidden``.

    Posts to ``action`` with ``hidden`` (the whole form, and the new version) and
    ``resolve.<field>`` = "mine" or "theirs".
    """

    template: ClassVar[str] = "conflict.html"
    title: str  #: 你编辑时，王建国也保存了这张卡片
    text: str
    entity: str
    record: str
    record_url: str
    list_url: str
    action: str
    who: str = ""
    fields: tuple[ConflictField, ...] = ()
    merged: tuple[Change, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    cancel: Action | None = None
    with_base: bool = True  #: what each field was before is known
