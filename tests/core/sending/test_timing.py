"""When a letter leaves."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.sending.timing import leaves_at
from iep_mail.model import SendingRules

NEW_YORK = ZoneInfo("America/New_York")
WORKDAYS = SendingRules(2, time(7), time(20), frozenset(range(5)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-03-04 10:00", "2026-03-04 10:02"),
        ("2026-03-04 19:59", "2026-03-05 07:00"),  # the delay ends after the window has closed
        ("2026-03-04 05:00", "2026-03-04 07:00"),
        ("2026-03-06 21:00", "2026-03-09 07:00"),  # Friday night to Monday, over the change of clocks
    ],
)
def test_a_letter_waits_for_the_window(now: str, leaves: str) -> None:
    assert leaves_at(local(now), WORKDAYS, NEW_YORK) == local(leaves)


def test_without_a_window_only_the_delay_counts() -> None:
    now = datetime(2026, 3, 4, 3, tzinfo=UTC)
    assert leaves_at(now, SendingRules(), NEW_YORK) == now
    assert leaves_at(now, SendingRules(15), NEW_YORK) == now + timedelta(minutes=15)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 300),
)
def test_a_letter_never_leaves_early_or_outside_of_the_window(
    naive: datetime, days: set[int], delay: int
) -> None:
    now = naive.replace(tzinfo=UTC)
    rules = SendingRules(delay, time(9), time(17), frozenset(days))
    leaves = leaves_at(now, rules, NEW_YORK)
    there = leaves.astimezone(NEW_YORK)
    assert now + timedelta(minutes=delay) <= leaves <= now + timedelta(minutes=delay, days=8)
    assert there.weekday() in days
    assert time(9) <= there.time() < time(17)
