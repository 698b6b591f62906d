"""What is remembered is what would be worked out."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.reading.asks import find_asks
from iep_mail.core.reading.promises import find_promises
from iep_mail.core.reading.replies import read_reply
from iep_mail.core.remembering import forget, recalling, remembered
from iep_mail.model import SchoolCalendar

TUESDAY = date(2026, 2, 3)
SNOW = SchoolCalendar({date(2026, 2, 5): "snow"}, date(2025, 8, 25), date(2026, 6, 12))
SENTENCES = st.sampled_from(
    [
        "Could you send me the log by Friday?",
        "I will send the data within 3 school days.",
        "Please let me know whether speech was held on January 12.",
        "Unfortunately we cannot do that at this time.",
        "We met on 1/15 and 1/20\u2028and “agreed” to it.",
        "\ud83d broken \x00 text",
    ]
)
TEXTS = st.lists(SENTENCES, max_size=4).map("\n\n".join)
DAYS = st.integers(0, 400).map(lambda n: TUESDAY - timedelta(days=n))


@settings(deadline=None, max_examples=25)
@given(TEXTS, DAYS, st.sampled_from([SNOW, SchoolCalendar()]))
def test_a_remembered_answer_is_the_one_that_reading_gives(
    text: str, day: date, calendar: SchoolCalendar
) -> None:
    cabinet: dict[bytes, bytes] = {}
    for read in (find_asks, find_promises, read_reply):
        forget()
        plain = read(text, day, calendar)
        for kept in (cabinet, cabinet, dict.fromkeys(cabinet, b"\xc1 damaged")):
            forget()
            with recalling(kept):
                assert read(text, day, calendar) == plain


def test_another_calendar_or_day_is_another_question() -> None:
    text = "I will send it within 3 school days."
    with recalling({}):
        answers = [find_promises(text, *asked) for asked in ((TUESDAY, SNOW), (TUESDAY, SchoolCalendar()))]
    assert [p.due.day for (p,) in answers if p.due] == [date(2026, 2, 9), date(2026, 2, 6)]


def test_what_lies_in_the_cabinet_is_not_worked_out_again() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    cabinet: dict[bytes, bytes] = {}
    with recalling(cabinet):
        assert [length("four"), length("four"), length("")] == [4, 4, 0]
    forget()
    with recalling(cabinet):
        assert [length("four"), length("")] == [4, 0]
    assert asked == ["four", ""]
    assert length(text="two") == 3  # named arguments are answered too
