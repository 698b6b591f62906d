"""The ledger of an invented child, and the laws that hold for any."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.services.ledger import Amount, Ledger, build_ledger
from iep_mail.core.services.picture import svg, text_bars
from iep_mail.core.services.words import STARTING_POINT, line_sentences
from iep_mail.model import (
    Iep,
    IepService,
    MissedReason,
    SchoolCalendar,
    Session,
    SessionSource,
    SessionStatus,
)
from world import CALENDAR

MATEO = "Mateo Delgado"
SPEECH = IepService(name="Speech-language therapy", minutes=30, frequency="2 times per week", page=6)
IEP = Iep(child=MATEO, effective_from=date(2025, 8, 25), effective_to=date(2026, 6, 5), services=(SPEECH,))


def session(day: str, status: SessionStatus = SessionStatus.MISSED, **more: object) -> Session:
    base = Session(child=MATEO, service="speech", on=date.fromisoformat(day), status=status)
    return replace(base, **more)  # type: ignore[arg-type]


def ledger(*sessions: Session, first: str = "2026-01-05", last: str = "2026-01-30") -> Ledger:
    return build_ledger(
        [IEP], CALENDAR, sessions, [MATEO], date.fromisoformat(first), date.fromisoformat(last)
    )


def test_january_with_two_missed_one_made_up_and_an_absence() -> None:
    (line,) = ledger(
        session("2026-01-06", SessionStatus.DELIVERED),
        session("2026-01-12", reason=MissedReason.PROVIDER_ABSENT),
        session("2026-01-14", reason=MissedReason.VACANCY),
        session("2026-01-20", reason=MissedReason.CHILD_ABSENT),
        session("2026-01-28", SessionStatus.MAKE_UP),
    ).lines
    assert line.service == "Speech-language therapy"
    assert line.total.granted == Amount(8, 240)
    assert line.total.to_consider == Amount(2, 60)
    assert (line.total.credited, line.total.outstanding) == (30, 30)
    assert line.total.not_recorded == 240 - 30 - 90
    told = " ".join(line_sentences(line, date(2026, 1, 30)))
    assert "2 sessions (60 minutes) not held, of which 30 minutes were made up; 30 minutes remain" in told
    assert "owed" not in told
    assert "not a sum that is due" in STARTING_POINT


def test_a_session_cut_short_counts_the_minutes_that_are_missing() -> None:
    (line,) = ledger(session("2026-01-06", SessionStatus.DELIVERED, minutes=20)).lines
    assert line.total.missed == {MissedReason.CUT_SHORT: Amount(0, 10)}


def test_a_week_that_is_not_over_counts_as_far_as_it_is_on_record() -> None:
    (line,) = ledger(session("2026-01-12"), first="2026-01-12", last="2026-01-13").lines
    assert line.total.granted == Amount(1, 30)
    assert line.total.not_recorded == 0


def test_where_the_schools_log_differs_the_parents_record_counts_and_both_are_told() -> None:
    found = ledger(
        session("2026-01-12"),
        session("2026-01-12", SessionStatus.DELIVERED, source=SessionSource.SCHOOL_LOG),
    )
    assert found.lines[0].total.missed_minutes == 30
    assert found.lines[0].total.delivered == Amount()
    assert found.disagreements[0].theirs.status is SessionStatus.DELIVERED


def test_without_a_calendar_only_what_is_on_record_is_shown_and_it_is_said() -> None:
    found = build_ledger(
        [IEP], SchoolCalendar(), [session("2026-01-12")], [MATEO], date(2026, 1, 1), date(2026, 2, 1)
    )
    assert found.lines[0].total.granted == Amount(0, 0)
    assert found.lines[0].total.missed_minutes == 30
    assert "No school calendar" in found.notes[0]


def test_the_pictures_hold_every_month_and_escape_names() -> None:
    strange = "<Sprache> & „Übung“ 🙂 לשון"
    iep = replace(IEP, services=(replace(SPEECH, name=strange),))
    found = build_ledger([iep], CALENDAR, [], [MATEO], date(2026, 1, 5), date(2026, 3, 31))
    drawing = ElementTree.fromstring(svg(found))
    texts = [t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert strange in texts
    assert {"Jan 2026", "Feb 2026", "Mar 2026"} <= set(texts)
    assert len(text_bars(found.lines[0])) == 3


sessions = st.builds(
    session,
    st.dates(date(2025, 8, 1), date(2026, 6, 30)).map(date.isoformat),
    st.sampled_from(SessionStatus),
    minutes=st.none() | st.integers(1, 90),
    reason=st.none() | st.sampled_from(MissedReason),
    source=st.sampled_from(SessionSource),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(sessions, max_size=25), st.dates(date(2025, 8, 1), date(2026, 6, 30)), st.integers(0, 200))
def test_minutes_are_conserved(held: list[Session], first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    for line in build_ledger([IEP], CALENDAR, held, [MATEO], first, last).lines:
        for cell in (*line.cells, line.total):
            there = cell.delivered.minutes + cell.missed_minutes + cell.not_recorded
            assert cell.granted.minutes + cell.beyond == there
            assert 0 <= cell.credited <= cell.to_consider.minutes
        assert sum(c.granted.minutes for c in line.cells) == line.total.granted.minutes
        assert line.total.credited + line.surplus == line.total.made_up.minutes
