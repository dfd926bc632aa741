"""Which button of a card stands alone."""

from __future__ import annotations

from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.actions import lead_and_rest


def test_neither_what_destroys_nor_what_takes_back_stands_alone() -> None:
    back, void = (
        Action(label="Unapprove", url="/1", back=True),
        Action(label="Void", url="/2", danger=True),
    )
    assert lead_and_rest([back, void]) == (None, (back, void))
    deliver = Action(label="Deliver", url="/3")
    assert lead_and_rest([back, void, deliver]) == (deliver, (back, void))
    pressed = Action(label="Close", url="/4", primary=True)
    assert lead_and_rest([deliver, pressed])[0] is pressed
    assert lead_and_rest([Action(label="Close", url="/4", blocked="Not yet"), back])[0] is None
