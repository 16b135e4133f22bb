"""The verbs of an application: start, save, submit, confirm, ask back, withdraw, report."""

from applications.attaching import attach, detach
from applications.drafting import (
    BEGUN_A_DAY,
    addable_papers,
    answers_are_closed,
    follow,
    open_question,
    open_steps,
    save_step,
    start,
)
from applications.following import ask_back, report, withdraw
from applications.heads import (
    REQUESTS_A_DAY,
    REQUESTS_OF_A_PERSON,
    answer_as_head,
    ask_head,
)
from applications.recording import (
    Incomplete,
    NotAllowed,
    Stale,
    locked,
    make_document,
    move,
    notify,
    notify_applicant,
    record,
)
from applications.sending import missing, submit
from applications.several import start_several

__all__ = ["Incomplete", "NotAllowed", "Stale"]
__all__ += ["addable_papers", "answers_are_closed", "missing", "open_question", "open_steps"]
__all__ += ["BEGUN_A_DAY", "REQUESTS_A_DAY", "REQUESTS_OF_A_PERSON"]
__all__ += ["answer_as_head", "ask_head", "attach", "detach", "save_step"]
__all__ += ["ask_back", "report", "start", "start_several", "submit", "withdraw"]
__all__ += ["follow", "locked", "make_document", "move", "notify", "notify_applicant", "record"]
