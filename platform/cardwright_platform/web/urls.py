"""The addresses of pages; no other module writes one by hand."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote, urlencode, urlsplit

Pairs = Iterable[tuple[str, str]]

#: The page of settings.
SETTINGS = "/settings"
CHECKS = "/checks"
OUTBOX = "/outbox"
AUDIT = "/audit"
ONLINE = "/audit/online"
ACCOUNT = "/account"
SECOND_STEP = "/account/second-step"
IDENTITIES = "/account/identities"
PASSKEYS = "/account/passkeys"
NOTICES = "/account/notices"
CHANGES = "/changes"
PACKS = "/packs"
BACKUPS = "/backups"
#: Who may do what: roles, entities, people.
ACCESS = "/access"
PEOPLE = f"{ACCESS}/people"
INVITATIONS = "/invitations"
BIN = "/bin"
VIEW_AS_PATH = "/view-as"
NEW_ROLE = f"{ACCESS}/new-role"
CLEARING = "/clearing"
#: Where objects are shaped.
STUDIO = "/studio"
STUDIO_DRAFT = f"{STUDIO}/draft"
STUDIO_LISTS = f"{STUDIO}/lists"
STUDIO_EXPORT = f"{STUDIO}/export"
STUDIO_WORKBOOK = f"{STUDIO}/workbook"
STUDIO_NEW_OBJECT = f"{STUDIO}/new-object"
FAVOURITES = "/favourites"
#: Views of lists that somebody keeps or that are shared with him.
VIEWS = "/views"


def with_query(path: str, pairs: Pairs) -> str:
    """Return a path with its query, empty values left out."""
    query = urlencode([(name, value) for name, value in pairs if value != ""])
    return f"{path}?{query}" if query else path


def sign_in_with_url(way: str) -> str:
    """Return the address to which somebody posts that he wants to sign in elsewhere."""
    return f"/sign-in/with/{quote(way)}"


def list_url(entity: str, pairs: Pairs = ()) -> str:
    """Return the address of an entity's list."""
    return with_query(f"/list/{quote(entity)}", pairs)


def group_part_url(entity: str, pairs: Pairs) -> str:
    """Return the address of what stands in a group of a list, which its state says."""
    return with_query(f"/list/{quote(entity)}/group", pairs)


def card_url(entity: str, record: int, pairs: Pairs = ()) -> str:
    """Return the address of a record's card."""
    return with_query(f"/card/{quote(entity)}/{record}", pairs)


def new_url(entity: str, pairs: Pairs = ()) -> str:
    """Return the address of an empty form; pairs are values to begin with."""
    return with_query(f"/new/{quote(entity)}", pairs)


def edit_url(entity: str, record: int, pairs: Pairs = ()) -> str:
    """Return the address of the form of a record."""
    return with_query(f"/edit/{quote(entity)}/{record}", pairs)


def field_url(entity: str, record: int, field: str) -> str:
    """Return the address of the form of one field of a record."""
    return f"/card/{quote(entity)}/{record}/field/{quote(field)}"


def action_url(entity: str, record: int, action: str) -> str:
    """Return the address to which an action on a record is posted."""
    return f"/card/{quote(entity)}/{record}/{quote(action)}"


def mark_url(mark: int, verb: str = "") -> str:
    """Return the page of a folder or tag, or where it is renamed, deleted, emptied."""
    return f"{FAVOURITES}/{mark}/{verb}" if verb else with_query(FAVOURITES, [("of", str(mark))])


def print_url(entity: str, record: int, template: str, ending: str = "") -> str:
    """Return the address of a document of a record: its page, or with ending html or pdf itself."""
    path = f"/print/{quote(entity)}/{record}/{quote(template)}"
    return f"{path}.{ending}" if ending else path


def sources_url(conversion: str, record: int = 0) -> str:
    """Return the address where sources are chosen, of a new record or of further lines of one."""
    pairs = (("record", str(record) if record else ""),)
    return with_query(f"/sources/{quote(conversion)}", pairs)


def perform_url(entity: str, record: int, action: str) -> str:
    """Return the address of the small form of an action, to which it is posted."""
    return f"/card/{quote(entity)}/{record}/actions/{quote(action)}"


def rule_url(entity: str, rule: str) -> str:
    """Return where a rule above a list is begun."""
    return f"/list/{entity}/rules/{rule}"


def bulk_url(entity: str, action: str) -> str:
    """Return the address to which an action on several records is posted."""
    return f"/list/{quote(entity)}/{quote(action)}"


def new_view_url(entity: str, pairs: Pairs = ()) -> str:
    """Return the form in which a list as it stands is kept under a name."""
    return with_query(f"/list/{quote(entity)}/views/new", pairs)


def view_url(view: int, verb: str) -> str:
    """Return the address of something that is done with a view, such as to edit it."""
    return f"{VIEWS}/{view}/{verb}"


def options_url(entity: str, field: str, target: str) -> str:
    """Return the address that answers what a link may point to."""
    return f"/options/{quote(entity)}/{quote(field)}/{quote(target)}"


def picker_url(entity: str, field: str, target: str) -> str:
    """Return the address of the dialog in which a link is chosen."""
    return f"/pick/{quote(entity)}/{quote(field)}/{quote(target)}"


def quick_url(entity: str, field: str, target: str) -> str:
    """Return the address of the short form for a new record made from a link."""
    return f"/quick/{quote(entity)}/{quote(field)}/{quote(target)}"


def compute_url(entity: str, record: int | None) -> str:
    """Return the address that tells what a form would compute."""
    whole = f"/compute/{quote(entity)}"
    return whole if record is None else f"{whole}/{record}"


def draft_url(entity: str, record: int, number: str, pairs: Pairs, verb: str = "") -> str:
    """Return where a form is kept while it is not saved, or with a verb what is done with that."""
    path = f"/drafts/{quote(entity)}/{record}/{number}"
    return with_query(f"{path}/{verb}" if verb else path, pairs)


def rows_url(entity: str, lines: str, record: int | None) -> str:
    """Return the address that draws lines for a form that is open."""
    whole = f"/rows/{quote(entity)}/{quote(lines)}"
    return whole if record is None else f"{whole}/{record}"


def map_url(latitude: Decimal, longitude: Decimal) -> str:
    """Return where a map shows a point: a geo address, which phone and desk open with their own."""
    return f"geo:{latitude:f},{longitude:f}"


def address_map_url(address: str) -> str:
    """Return where a map looks for an address: nothing is asked of anybody before it is opened."""
    return f"geo:0,0?q={quote(address)}"


def file_url(file: int, name: str = "") -> str:
    """Return the address of a stored file."""
    return f"/files/{file}" + (f"/{quote(name, safe='')}" if name else "")


def undo_url(change_set: int) -> str:
    """Return the address to which taking back a change set is posted."""
    return f"/change-sets/{change_set}/undo"


def is_local(url: str) -> bool:
    """Tell whether an address leads to a page of our own: never redirect to any other."""
    if not url.startswith("/") or url.startswith("//") or "\\" in url:
        return False
    if any(ord(sign) < 32 for sign in url):
        return False
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc


def import_url(entity: str) -> str:
    """Return the address where an import into an entity begins."""
    return f"/import/{quote(entity)}"


def import_map_url(entity: str, file: int, pairs: Pairs = ()) -> str:
    """Return the address where the columns of a file are chosen."""
    return with_query(f"/import/{quote(entity)}/{file}", pairs)


def job_url(job: int, *, begun: bool = False) -> str:
    """Return the address of a background job; ``begun`` for who has just begun it."""
    return with_query(f"/jobs/{job}", [("begun", "1" if begun else "")])


def duplicates_url(entity: str, pairs: Pairs = ()) -> str:
    """Return the address of the list of suspects."""
    return with_query(f"/duplicates/{quote(entity)}", pairs)


def merge_url(entity: str, records: Iterable[int] = ()) -> str:
    """Return the address where records become one."""
    ids = ",".join(str(each) for each in records)
    return with_query(f"/merge/{quote(entity)}", (("records", ids),) if ids else ())


def backup_url(name: str, verb: str) -> str:
    """Return the address of something that is done with a backup: verify, download, delete."""
    return f"{BACKUPS}/{quote(name)}/{verb}"


def invitation_url(account: int, verb: str) -> str:
    """Return the address of something that is done with an invitation: mail, link, withdraw."""
    return f"{INVITATIONS}/{account}/{verb}"


def report_url(report: str, pairs: Pairs = (), ending: str = "") -> str:
    """Return the address of a report: its page, or by ending (csv, xlsx) its table."""
    path = f"/reports/{quote(report)}"
    return with_query(f"{path}.{ending}" if ending else path, pairs)


def why_url(entity: str, record: int) -> str:
    """Return the page that says why the values of a record are what they are."""
    return f"/why/{entity}/{record}"


def rights_url(entity: str, record: int, pairs: Pairs = ()) -> str:
    """Return the page that says who may see a record and change it, and why."""
    return with_query(f"/rights/{quote(entity)}/{record}", pairs)


def access_role_url(role: str, entity: str = "") -> str:
    """Return the page of a role's rights, or of those on one entity."""
    path = f"{ACCESS}/roles/{quote(role)}"
    return f"{path}/{quote(entity)}" if entity else path


def access_entity_url(entity: str) -> str:
    """Return the page of what every role may do with an entity."""
    return f"{ACCESS}/entities/{quote(entity)}"


def access_person_url(account: int, entity: str = "") -> str:
    """Return the page of what somebody may do, or may do with one entity."""
    path = f"{PEOPLE}/{account}"
    return f"{path}/{quote(entity)}" if entity else path


def access_change_url(role: str, entity: str = "") -> str:
    """Return the form in which a role's rights on an entity, or its features, are changed."""
    if entity:
        return f"{access_role_url(role, entity)}/change"
    return f"{ACCESS}/features/{quote(role)}"


def access_name_url(role: str) -> str:
    """Return the form in which a role that was made on screen is renamed or removed."""
    return f"{ACCESS}/names/{quote(role)}"


def access_passkeys_url(account: int) -> str:
    """Return the page of somebody's passkeys for whoever manages users."""
    return f"{ACCESS}/passkeys/{account}"


def access_plan_url(plan: str) -> str:
    """Return the page on which a change of rights is looked at before it holds."""
    return f"{ACCESS}/plans/{quote(plan)}"


def studio_entity_url(entity: str) -> str:
    """Return the address of an object's fields in the Studio."""
    return f"{STUDIO}/objects/{quote(entity)}"


def studio_new_field_url(entity: str, back: str = "") -> str:
    """Return the address of the form of a new field; ``back`` is the page that asked for it."""
    return with_query(f"{STUDIO}/objects/{quote(entity)}/new-field", (("back", back),))


def studio_field_url(entity: str, field: str) -> str:
    """Return the address of the form of a field."""
    return f"{STUDIO}/objects/{quote(entity)}/fields/{quote(field)}"


def studio_picklist_url(picklist: str) -> str:
    """Return the address of the form of a list's choices."""
    return f"{STUDIO_LISTS}/{quote(picklist)}"


def studio_preview_url(entity: str, record: int = 0, role: str = "") -> str:
    """Return the address at which a record is looked at as the draft would show it."""
    pairs = (("record", str(record) if record else ""), ("role", role))
    return with_query(f"{STUDIO}/preview/{quote(entity)}", pairs)


def studio_card_url(entity: str, back: str = "") -> str:
    """Return the address at which the card of an object is arranged."""
    return with_query(f"{STUDIO}/objects/{quote(entity)}/card", (("back", back),))
