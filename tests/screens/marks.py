"""Which looks a test is run with."""

from __future__ import annotations

import pytest
from screens.looks import LOOKS

DESKS = [look for look in LOOKS if look.width == "desk"]

ADMINS = [look for look in LOOKS if look.login == "admin"]

everywhere = pytest.mark.parametrize("screen", LOOKS, ids=str, indirect=True)
on_desks = pytest.mark.parametrize("screen", DESKS, ids=str, indirect=True)
#: Each language and each width once, for what the other two would show again.
apart = pytest.mark.parametrize("screen", [LOOKS[0], LOOKS[3]], ids=str, indirect=True)
#: For what only an administrator may do.
as_admin = pytest.mark.parametrize("screen", ADMINS, ids=str, indirect=True)
