"""What a plan grants over the school year of tests/world.py (August 25 to June 5)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.services.granted import grants, share, uncounted
from iep_mail.model import Iep, IepService, SchoolCalendar
from world import CALENDAR

MATEO = "Mateo Delgado"


def plan(
    frequency: str, minutes: int | None = 30, first: date = date(2025, 8, 25), last: date = date(2026, 6, 5)
) -> Iep:
    service = IepService(name="Speech", minutes=minutes, frequency=frequency)
    return Iep(child=MATEO, effective_from=first, effective_to=last, services=(service,))


def granted_in(frequency: str, first: date, last: date, minutes: int = 30) -> list[tuple[int, int | None]]:
    found = grants([plan(frequency, minutes)], MATEO, CALENDAR)
    return [(g.sessions, g.minutes) for g in found if first <= g.days[0] <= last]


@pytest.mark.parametrize(
    ("frequency", "granted"),
    [
        ("2 times per week", [(2, 60)] * 4),
        ("per week", [(1, 30)] * 4),
        ("1 time per month", [(1, 30)]),
        ("3 times per 10-day cycle", [(3, 90)]),
    ],
)
def test_february_has_four_weeks(frequency: str, granted: list[tuple[int, int]]) -> None:
    # February 13 has no school: the cycles run on over it.
    assert granted_in(frequency, date(2026, 2, 1), date(2026, 2, 28))[: len(granted)] == granted


def test_a_break_grants_nothing_and_a_short_week_never_more_sessions_than_days() -> None:
    over_new_year = granted_in("4 times per week", date(2025, 12, 20), date(2026, 1, 4))
    assert over_new_year == []
    thanksgiving = granted_in("4 times per week", date(2025, 11, 24), date(2025, 11, 28))
    assert thanksgiving == [(2, 60)]


def test_a_service_that_cannot_be_counted_out_is_told() -> None:
    iep = plan("as needed")
    assert grants([iep], MATEO, CALENDAR) == ()
    assert uncounted([iep], MATEO, CALENDAR) == iep.services


def test_without_a_calendar_nothing_is_granted() -> None:
    assert grants([plan("2 times per week")], MATEO, SchoolCalendar()) == ()


@given(st.integers(0, 500), st.integers(1, 180))
def test_the_shares_of_the_days_add_up(whole: int, days: int) -> None:
    assert sum(share(whole, days, n) for n in range(days)) == whole


@given(
    st.dates(date(2025, 8, 26), date(2026, 6, 4)),
    st.sampled_from(["2 times per week", "per week", "3 times per month", "4 times per 6-day cycle"]),
    st.integers(5, 90),
)
def test_a_plan_that_is_renewed_on_any_day_grants_what_one_plan_would(
    turn: date, frequency: str, minutes: int
) -> None:
    one = grants([plan(frequency, minutes)], MATEO, CALENDAR)
    before = plan(frequency, minutes, last=date.fromordinal(turn.toordinal() - 1))
    service = IepService(name="Speech", minutes=minutes, frequency=frequency, page=7)
    after = Iep(child=MATEO, effective_from=turn, effective_to=date(2026, 6, 5), services=(service,))
    two = grants([before, after], MATEO, CALENDAR)
    assert sum(g.minutes or 0 for g in two) == sum(g.minutes or 0 for g in one)
