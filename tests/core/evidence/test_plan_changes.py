"""Two plans compared."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.evidence.plan_changes import Change, beside, compare
from iep_mail.model import Channel, Iep, IepGoal, IepService, IepStatement
from world import CALENDAR, DIRECTOR, FAMILY, PARENT, at, mail, read_all

SPEECH = IepService(name="Speech therapy", minutes=30, frequency="2 times per week", page=6)
READING = IepService(name="Reading", minutes=45, frequency="daily")
TIME = IepStatement("Extended time (1.5x) on tests", page=8)
OLD = Iep(child="Mateo Delgado", services=(SPEECH, READING), accommodations=(TIME,), goals=(IepGoal("Reads 70 words a minute"),),
          placement=IepStatement("80 percent in general education"))  # fmt: skip


def test_the_same_plan_on_other_pages_is_the_same() -> None:
    moved = replace(
        OLD, services=(READING, replace(SPEECH, page=9, quote="x")), accommodations=(replace(TIME, page=1),)
    )
    assert compare(OLD, moved) == ()


def test_less_of_a_service_an_accommodation_gone_and_a_goal_reworded() -> None:
    new = replace(
        OLD,
        services=(
            replace(SPEECH, frequency="1 time per week"),
            IepService(name="Counseling", minutes=30, frequency="1 time per month"),
        ),
        accommodations=(),
        goals=(IepGoal("Reads 80 words a minute"),),
        placement=IepStatement("60 percent in general education"),
    )
    assert compare(OLD, new) == (
        Change(
            "service",
            "Speech therapy, 30 minutes, 2 times per week",
            "Speech therapy, 30 minutes, 1 time per week",
            less=True,
        ),
        Change("service", "Reading, 45 minutes, daily", "", less=True),
        Change("service", "", "Counseling, 30 minutes, 1 time per month"),
        Change("accommodation", "Extended time (1.5x) on tests", ""),
        Change("goal", "Reads 70 words a minute", "Reads 80 words a minute"),
        Change("placement", "80 percent in general education", "60 percent in general education"),
    )


def test_more_is_not_less() -> None:
    (change,) = compare(
        OLD, replace(OLD, services=(replace(SPEECH, minutes=90, frequency="per week"), READING))
    )
    assert change.less is False


def test_whether_a_meeting_or_notice_stands_beside_the_change() -> None:
    raw = mail(
        DIRECTOR,
        PARENT,
        "IEP meeting",
        "We will meet on January 20 for the IEP meeting.",
        at("2026-01-12 15:00"),
        number=1,
    )
    book = build_casebook(read_all([raw]), [], [], CALENDAR, Rules(FAMILY, {}), date(2026, 2, 9))
    new = replace(OLD, effective_from=date(2026, 2, 2))
    assert beside(new, book, []).meetings == ((date(2026, 1, 12), "IEP meeting"),)
    assert beside(new, book, []).notices == ()
    assert beside(replace(OLD, effective_from=date(2025, 9, 2)), book, []).meetings == ()
    assert beside(OLD, book, []).since is None
    (talk,) = [m for m in book.messages if m.message.subject == "IEP meeting"]
    by_hand = replace(
        talk, message=replace(talk.message, subject="With Ms. Park", new_text="", channel=Channel.MEETING)
    )
    kept = replace(book, messages=(by_hand,))
    assert beside(new, kept, []).meetings == ((date(2026, 1, 12), "With Ms. Park"),)


services = st.builds(
    IepService,
    name=st.sampled_from(["Speech", "OT", "Reading"]),
    minutes=st.none() | st.integers(10, 60),
    frequency=st.sampled_from(["daily", "2 times per week", "per week", "as needed"]),
)


@given(st.lists(services, max_size=5), st.lists(services, max_size=5))
def test_comparing_is_even_and_a_plan_equals_itself(one: list[IepService], other: list[IepService]) -> None:
    old, new = replace(OLD, services=tuple(one)), replace(OLD, services=tuple(other))
    assert compare(old, old) == ()
    there, back = compare(old, new), compare(new, old)
    assert sum(not c.before for c in there) - sum(not c.after for c in there) == len(other) - len(one)
    assert sum(not c.before for c in back) - sum(not c.after for c in back) == len(one) - len(other)
