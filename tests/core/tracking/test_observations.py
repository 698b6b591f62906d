from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.mentioned_days import mentioned_days
from iep_mail.core.tracking.observations import observe, service_of, split
from iep_mail.model import (
    Address,
    Child,
    Direction,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Parent,
    School,
    SchoolCalendar,
)

FAMILY = Family(
    "America/Chicago", (Parent("Ana", ("ana@mail.example.com",)),), (Child("Theo Okafor"),), School()
)
SENT = date(2026, 3, 18)  # a Wednesday


def filed(text, subject="Question", school=False, number=1, kind=MessageKind.PERSONAL, sent=SENT):
    message = Message(
        sha256=f"{number:064d}",
        message_id=f"<{number}@x.example>",
        date=datetime(sent.year, sent.month, sent.day, 18, tzinfo=UTC),
        sender=Address("", "lee@oakhill.example.org" if school else "ana@mail.example.com"),
        subject=subject,
        new_text=text,
    )
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(message, way, kind, sent, thread=f"t-{number}", case="c-1")


def seen(text, **more):
    return observe([filed(text, **more)], FAMILY, SchoolCalendar())


def missed(text, **more):
    return [o.on.isoformat()[5:] for o in seen(text, **more) if o.kind == "missed_service" and o.on]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Speech did not take place on March 3, March 5 and March 10.", ["03-03", "03-05", "03-10"]),
        ("There was no OT on 3/4, none on 3/11, and none today, 3/18.", ["03-04", "03-11", "03-18"]),
        ("I could not see Theo for speech on March 3, 5 or 10.", ["03-03", "03-05", "03-10"]),
        ("His counseling session on Tuesday was cancelled.", ["03-17"]),
        ("PT wasn't held yesterday.", ["03-17"]),
        ("He missed two 30-minute reading sessions: 3/2 and 3/3.", ["03-02", "03-03"]),
        ("I was at a training on the 9th, so the OT session that day was not held.", ["03-09"]),
        ("I was out on the 9th. OT that day didn't happen.", ["03-09"]),
        ("OT was not held on 3/11 and will be made up on 3/17.", ["03-11"]),
        ("Speech log:\nTue 3/3 held 30 min\nThu 3/5 not held\nTue 3/10 not held 30 min", ["03-05", "03-10"]),
        ("Speech was not held on December 16.", ["12-16"]),
    ],
)
def test_sessions_that_were_not_held(text, days):
    assert missed(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "Was speech held on March 3?",
        "Did Theo miss OT on 3/11?",
        "Please tell me whether OT was not held on 3/11.",
        "Theo says nobody came for speech on 3/11.",
        "I will make up the missed speech session on March 17.",
        "Speech was held on 3/11 and 3/12.",
        "Sorry I missed your call on 3/11 about speech.",
        "There will be no speech on March 25.",
        "The bake sale was cancelled on 3/11.",
    ],
)
def test_questions_plans_and_hearsay_are_no_statements(text):
    assert missed(text) == []


def test_the_service_and_the_minutes_are_told():
    assert [o.detail for o in seen("No 30-minute session on 3/11.", subject="OT")] == [
        "occupational therapy; 30 minutes"
    ]
    assert service_of("the slot for the pot plant") == ""


@pytest.mark.parametrize(
    ("text", "school", "kind"),
    [
        ("He was not given extra time on the quiz as his IEP says.", False, "accommodation_not_followed"),
        ("His schedule was changed without telling us.", False, "change_without_notice"),
        ("The district declines to conduct the evaluation.", True, "refusal"),
        ("We are unable to provide a one-on-one aide.", True, "refusal"),
        ("We do not have the staff for this right now.", True, "lack_of_resources"),
        ("I have not heard back from you.", False, "no_communication"),
        (
            "The progress report says he mastered the goal, but he cannot do it here.",
            False,
            "progress_mismatch",
        ),
        (
            "Ever since I filed the complaint he has been sent to the office daily.",
            False,
            "possible_retaliation",
        ),
        ("He comes home crying every day.", False, "harm"),
        ("Theo told me that the aide was gone.", False, "child_statement"),
    ],
)
def test_other_problems(text, school, kind):
    assert kind in {o.kind for o in seen(text, school=school)}


def test_pleasantries_and_automatic_mail_tell_of_no_problem():
    assert seen("Thank you so much! He loved the new book.") == ()
    assert seen("No speech on 3/11.", kind=MessageKind.AUTO_REPLY) == ()


def test_sentences_keep_titles_together():
    assert list(split("I saw Mr. Lee. He waved.\n\nBye")) == ["I saw Mr. Lee.", "He waved.", "Bye"]


def test_days_roll_back_over_the_year():
    assert [m.day for m in mentioned_days("on 12/16", date(2026, 1, 5))] == [date(2025, 12, 16)]
    assert mentioned_days("2/30 and 13/45", SENT) == []


MANY = [filed(f"No OT on 3/{d}.", number=d, sent=date(2026, 3, d)) for d in (3, 4, 5, 10)]


@given(st.permutations(MANY))
def test_order_does_not_matter(messages):
    assert observe(messages, FAMILY, SchoolCalendar()) == observe(MANY, FAMILY, SchoolCalendar())


@given(st.text(alphabet="no speech held on 3/14 was't.,?\nMTuesday", max_size=120))
def test_any_text_is_read_and_quotes_stand_in_it(text):
    for observation in seen(text):
        assert observation.quote in " ".join(text.split())
        assert observation.on is None or observation.on <= SENT
