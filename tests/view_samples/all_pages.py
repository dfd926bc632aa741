"""Every sample page by the name of the file that it is drawn to."""

from __future__ import annotations

from view_samples.cards import customer_card, recycled_card
from view_samples.exchange import (
    import_mapping,
    import_progress,
    import_result,
    import_upload,
    jobs_page,
)
from view_samples.forms import quote_form
from view_samples.lists import customer_list, empty_list, picker, views_page
from view_samples.marks import favourites, no_favourites
from view_samples.pages import (
    account,
    bin_age,
    clearing,
    error_page,
    home,
    purge_confirmation,
    recycle_bin,
    search_page,
    session_ended,
    set_password,
    sign_in,
)
from view_samples.small_forms import conflict, quick_form

SAMPLES = {
    "home": home(),
    "list": customer_list(),
    "list_filter": customer_list(open_filter=True),
    "list_cards": customer_list(mode="cards"),
    "list_empty": empty_list(),
    "views": views_page(),
    "card": customer_card(),
    "card_recycled": recycled_card(),
    "form": quote_form(wrong=False),
    "form_errors": quote_form(),
    "quick": quick_form(),
    "picker": picker(),
    "conflict": conflict(),
    "bin": recycle_bin(),
    "bin_age": bin_age(),
    "clearing": clearing(),
    "typed_confirmation": purge_confirmation(),
    "import_upload": import_upload(),
    "import_mapping": import_mapping(),
    "import_dry": import_result(),
    "import_done": import_result(dry=False),
    "import_progress": import_progress(),
    "jobs": jobs_page(),
    "sign_in": sign_in(),
    "set_password": set_password(),
    "error": error_page(),
    "search": search_page(),
    "session_ended": session_ended(),
    "favourites": favourites(),
    "favourites_none": no_favourites(),
    "account": account(),
}
#: pages that stand without the application's frame
BEFORE_SIGN_IN = ("sign_in", "set_password", "session_ended")
