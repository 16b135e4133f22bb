"""The verbs of deciding: sign, judge, lower, ask back, note, stand aside, end."""

from applications.services import NotAllowed, Stale
from decisions.deciding import Obstacle, Result
from decisions.ending import end
from decisions.judging import judge
from decisions.offers import Offer, offer
from decisions.preparing import (
    ask_back,
    lower,
    note,
    recuse,
    require_preparing,
    require_undecided,
)
from decisions.signing import sign, sign_many
from decisions.standing import Standing, may_sign, standings

__all__ = ["NotAllowed", "Obstacle", "Offer", "Result", "Stale", "Standing"]
__all__ += ["ask_back", "judge", "lower", "note", "recuse", "sign", "sign_many"]
__all__ += ["end", "may_sign", "offer", "require_preparing", "require_undecided", "standings"]
