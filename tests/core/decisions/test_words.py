"""Every decision as a sentence to the parent who made it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from iep_mail.core.decisions.kinds import Said
from iep_mail.core.decisions.room_words import ROOM_WORDS
from iep_mail.core.decisions.words import sentence
from iep_mail.model import Decision

SPEECH = {"child": "Mateo Delgado", "service": "Speech", "on": "2026-01-14"}
CASE = {"c-1": "the case “Teo: speech”"}


def decision(kind: str, value: Any = "", subject: str = "c-1", number: int = 1) -> Decision:
    plain = value if isinstance(value, str) else json.dumps(value)
    return Decision(number, datetime(2026, 2, 1, tzinfo=UTC), kind, subject, plain)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("start_letter", {"letter": "records-request"}, "You began a letter: records request."),
        ("document_kind", "prior_written_notice", "You said that the document c-1 is: Prior written notice."),
        ("duty_arrived", "2026-01-30", "You said that this has come on January 30, 2026: c-1."),
        (
            "set_step",
            "2",
            "You said that the case “Teo: speech” is at step 2 (an IEP meeting or an amendment).",
        ),
        ("hold_step", "", "You hold the case “Teo: speech” at its step."),
        ("hold_step", "off", "You no longer hold the case “Teo: speech” at its step."),
        (
            "skip_step",
            "3",
            "You said that step 3 (a facilitated IEP meeting) is not for the case “Teo: speech”.",
        ),
        (
            "resolve_case",
            {"on": "2026-01-30", "agreed": ["Two sessions by May 15.", "A log each month"]},
            "You said that the case “Teo: speech” was resolved on January 30, 2026: "
            "Two sessions by May 15; A log each month.",
        ),
        ("case_does_not_hold", "No session on May 4", None),
        (
            "add_session",
            {**SPEECH, "status": "missed", "reason": "vacancy", "minutes": 30},
            "You wrote down a session: 30 minutes of Speech on January 14, 2026, not held (the position was vacant).",
        ),
        (
            "import_sessions",
            {"file": "log.csv", "sessions": [SPEECH]},
            "You took in the school's log log.csv (1 session).",
        ),
        (
            "confirm_missed",
            {**SPEECH, "note": "Speech was not held."},
            "You confirmed what mail tells of: Speech on January 14, 2026 was not held: “Speech was not held.”",
        ),
        (
            "set_day",
            "happened 2026-01-15",
            "You said that it happened on January 15, 2026, for your own deadlines of the case “Teo: speech”.",
        ),
    ],
)
def test_a_decision_of_each_room_reads_as_a_sentence(kind: str, value: Any, said: str | None) -> None:
    names = CASE if kind not in ("document_kind", "duty_arrived") else {}
    told = sentence(decision(kind, value), names=names)
    assert told == (
        said or "You said that what was agreed in the case “Teo: speech” does not hold: No session on May 4."
    )


@pytest.mark.parametrize("kind", [*ROOM_WORDS, *(k for k in Said if k is not Said.LOG)])
@pytest.mark.parametrize("value", ["", "{}", "[]", '"x"', "not json", "null"])
def test_no_value_stops_a_sentence(kind: str, value: str) -> None:
    told = sentence(decision(kind, value))
    assert told.startswith("You ")
    assert told.endswith((".", "”"))


def test_an_undo_tells_what_it_took_back_by_name() -> None:
    made = decision("set_step", "2")
    undo = decision("undo", subject="1", number=2)
    assert sentence(undo, {1: made, 2: undo}, CASE) == (
        "You took back decision 1: you said that the case “Teo: speech” is at step 2 (an IEP meeting or an amendment)."
    )
