import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.plan.amounts import Frequency, find_amount, parse_frequency

# As plans of many states write it, the minutes and the frequency that are meant.
WRITTEN = [
    ("30 minutes 2x/week", 30, "2 times per week"),
    ("60 min/wk", 60, "per week"),
    ("two 30-minute sessions per week", 30, "2 times per week"),
    ("30 min x 2 Totaling: 60 min served Weekly", 30, "2 times per week"),
    ("2 x 30 min / 5 day cycle", 30, "2 times per 5-day cycle"),
    ("1:1 pull-out 2x30 min/week", 30, "2 times per week"),
    ("30 minutes per session, 6 sessions per nine weeks", 30, "6 times per 9 weeks"),
    ("30 min. sessions, 8 per month", 30, "8 times per month"),
    ("450 minutes per week", 450, "per week"),
    ("20 min/day", 20, "per day"),
    ("Individual (1:1) 2 x weekly 30 minutes", 30, "2 times per week"),
    ("Weekly, 30 minutes", 30, "1 time per week"),
    ("10 sessions of 30 minutes each per semester", 30, "10 times per semester"),
    ("5 days per week, 60 minutes per day", 60, "5 times per week"),
    ("thirty (30) minutes three (3) times per week", 30, "3 times per week"),
    ("1.5 hours per week", 90, "per week"),
    ("1 hr 30 min 1x/week", 90, "1 time per week"),
    ("half an hour once a week", 30, "1 time per week"),
    ("every other week for 20 minutes", 20, "1 time per 2 weeks"),
    ("30 minutes of direct speech therapy per week", 30, "per week"),
    ("one 45-minute session each week", 45, "1 time per week"),
    ("2 sessions/month, 30 min/session", 30, "2 times per month"),
    ("30 minutes, 4 x per 6-day cycle", 30, "4 times per 6-day cycle"),
    ("30 minutes per marking period", 30, "per marking period"),
    ("25 min x3/wk", 25, "3 times per week"),
    ("2 (two) 30 minute sessions weekly", 30, "2 times per week"),
    ("120 minutes / 4 times weekly", 120, "4 times per week"),
    ("15 minutes, quarterly", 15, "1 time per quarter"),
]


@pytest.mark.parametrize(("text", "minutes", "frequency"), WRITTEN)
def test_an_amount_as_plans_write_it(text: str, minutes: int, frequency: str) -> None:
    found = find_amount(text)
    assert found is not None
    assert (found.minutes, str(found.frequency)) == (minutes, frequency)


@pytest.mark.parametrize("text", ["4 out of 5 trials", "Grade 3", "as needed", "Room 12", "1:1", ""])
def test_what_is_no_amount(text: str) -> None:
    assert find_amount(text) is None


def test_a_range_takes_the_lower_figure_and_says_so() -> None:
    found = find_amount("20-30 minutes 3 times weekly")
    assert found is not None
    assert found.minutes == 20
    assert "range" in found.doubt


periods = st.sampled_from(
    ["day", "week", "month", "quarter", "semester", "5-day cycle", "2 weeks", "9 weeks"]
)


@given(
    st.builds(Frequency, st.integers(1, 40), periods)
    | st.builds(Frequency, st.just(1), periods, st.just(True))
)
def test_a_frequency_written_out_is_read_back(frequency: Frequency) -> None:
    assert parse_frequency(str(frequency)) == frequency
