"""A letter's events folded into where it stands."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.sending.states import sentence, standing
from iep_mail.model import DraftStatus, OutboxEntry, OutboxStep

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
S, D = OutboxStep, DraftStatus


def events(*steps: OutboxStep, **fields: object) -> list[OutboxEntry]:
    return [
        OutboxEntry(id=n, draft_id="d", step=step, at=NOON + timedelta(minutes=n), binding="b", **fields)  # type: ignore[arg-type]
        for n, step in enumerate(steps, 1)
    ]


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], D.DRAFTED),
        ([S.APPROVED], D.APPROVED),
        ([S.APPROVED, S.VOIDED], D.DRAFTED),
        ([S.APPROVED, S.QUEUED], D.APPROVED),
        ([S.APPROVED, S.QUEUED, S.CANCELLED], D.APPROVED),
        ([S.APPROVED, S.QUEUED, S.SENDING], D.SENDING),
        ([S.APPROVED, S.QUEUED, S.SENDING, S.TRANSMITTING], D.SENDING),
        ([S.APPROVED, S.QUEUED, S.SENDING, S.FAILED], D.APPROVED),
        ([S.APPROVED, S.SENDING, S.TRANSMITTING, S.UNKNOWN], D.UNKNOWN),
        ([S.APPROVED, S.SENDING, S.TRANSMITTING, S.UNKNOWN, S.FAILED], D.APPROVED),
        ([S.APPROVED, S.SENDING, S.TRANSMITTING, S.SENT], D.SENT),
        ([S.APPROVED, S.SENDING, S.TRANSMITTING, S.SENT, S.UNFILED], D.SENT),
        ([S.APPENDING, S.APPENDED], D.DRAFTED),
        ([S.APPENDING, S.APPENDED, S.DELETED_THERE], D.DISCARDED),
        ([S.APPENDING, S.APPENDED, S.DELETED_THERE, S.RESTORED], D.DRAFTED),
        ([S.APPENDING, S.APPENDED, S.SENT_THERE], D.SENT),
    ],
)
def test_the_last_events_say_where_it_stands(steps: list[OutboxStep], status: DraftStatus) -> None:
    assert standing(events(*steps)).status is status


def test_only_what_was_handed_over_can_be_in_doubt() -> None:
    assert not standing(events(S.APPROVED, S.SENDING)).handed_over
    assert standing(events(S.APPROVED, S.SENDING, S.TRANSMITTING)).handed_over
    assert not standing(events(S.APPROVED, S.SENDING, S.TRANSMITTING, S.FAILED)).handed_over


def test_sent_and_filed_are_two_things() -> None:
    assert not standing(events(S.APPROVED, S.SENT)).filed
    state = standing(events(S.APPROVED, S.SENT, S.UNFILED))
    assert "not in your Sent folder yet" in sentence(state, CHICAGO)
    assert sentence(standing(events(S.APPROVED, S.SENT, S.UNFILED, S.FILED)), CHICAGO) == (
        "Sent on March 2, 12:02 PM."
    )


def test_what_lay_in_drafts_once_is_not_put_there_again() -> None:
    assert not standing(events(S.APPENDING)).was_placed
    assert not standing(events(S.APPENDING, S.APPENDED, S.TAKEN_BACK)).was_placed
    for later in ([], [S.DELETED_THERE], [S.DELETED_THERE, S.RESTORED], [S.SENT_THERE]):
        assert standing(events(S.APPENDING, S.APPENDED, *later)).was_placed


@given(st.lists(st.sampled_from(list(OutboxStep))))
def test_any_history_has_a_state_and_a_sentence(steps: list[OutboxStep]) -> None:
    state = standing(events(*steps))
    assert state.last == len(steps)
    sentence(state, CHICAGO)
    if state.status is D.SENT:
        assert {S.SENT, S.SENT_THERE} & set(steps)
