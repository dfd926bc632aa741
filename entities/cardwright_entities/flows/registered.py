"""Every effect and every source of actions, in the order in which they run and are shown."""

from __future__ import annotations

from cardwright_entities.flows.actions import ActionSource
from cardwright_entities.flows.approvals.buttons import ApprovalButtons
from cardwright_entities.flows.approvals.guarding import ApprovalEffect
from cardwright_entities.flows.conversions import ConversionEffect
from cardwright_entities.flows.copying import CopySource
from cardwright_entities.flows.owners.buttons import OwnerButtons
from cardwright_entities.flows.owners.effects import OwnerEffect
from cardwright_entities.flows.owners.handing_over import HandOver
from cardwright_entities.flows.postings import PostingEffect
from cardwright_entities.flows.pushes import PushActions
from cardwright_entities.flows.rules.buttons import RuleButtons
from cardwright_entities.flows.rules.listening import RuleEffect
from cardwright_entities.flows.sharing import ShareSource
from cardwright_entities.flows.stages import MoveSource, StageEffect
from cardwright_entities.flows.timing.effects import TimingEffect
from cardwright_entities.records.closing import Closing
from cardwright_entities.records.duplicates import DuplicateEffect
from cardwright_entities.records.effects import Effect
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept_values import KeptValues

#: Effects of a write, each relying on those before it.
EFFECTS: tuple[Effect[Records], ...] = (
    Closing(),
    KeptValues(),
    DuplicateEffect(),
    StageEffect(),
    ApprovalEffect(),
    ConversionEffect(),
    PostingEffect(),
    TimingEffect(),
    OwnerEffect(),
    RuleEffect(),
)

#: What offers buttons on a card and answers ``POST …/actions/{action}``.
ACTION_SOURCES: tuple[ActionSource, ...] = (
    ApprovalButtons(),
    MoveSource(),
    PushActions(),
    CopySource(),
    ShareSource(),
    RuleButtons(),
    OwnerButtons(),
    HandOver(),
)
