from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.filing import cases as cases_module
from iep_mail.core.filing.cases import build_cases
from iep_mail.core.filing.children import recognise_child
from iep_mail.core.filing.threads import build_threads
from iep_mail.core.filing.topics import topics_named
from iep_mail.model import Address, Child, Direction, Family, Message, MessageKind, Parent, School

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
ANA, LEE, KIM = "ana@mail.example.com", "lee@oakhill.example.org", "kim@oakhill.example.org"
SCHOOL = School(domains=("oakhill.example.org",))
ONE = Family("America/Chicago", (Parent("Ana", (ANA,)),), (Child("Theo Okafor", ("Teddy",)),), SCHOOL)
TWO = Family("America/Chicago", (Parent("Ana", (ANA,)),), (Child("Theo Okafor"), Child("Ada Okafor")), SCHOOL)


def mail(number, subject, text="", sender=ANA, to=LEE, day=None, kind=MessageKind.PERSONAL):
    return (
        Message(
            sha256=f"{number:064d}",
            message_id=f"<{number}@x.example>",
            date=START + timedelta(days=number if day is None else day),
            sender=Address("", sender),
            to=(Address("", to),),
            subject=subject,
            new_text=text,
        ),
        Direction.TO_SCHOOL if sender == ANA else Direction.FROM_SCHOOL,
        kind,
    )


def cases(filed, family=ONE):
    threads = build_threads([m for m, _, _ in filed])
    return threads, build_cases(threads, filed, family)


def groups(filed, family=ONE):
    threads, found = cases(filed, family)
    members = {t.id: [int(s) for s in t.messages] for t in threads}
    return sorted(sorted(n for t in c.threads for n in members[t]) for c in found)


STORY = [
    mail(1, "PT today?", "Did Theo have physical therapy?"),
    mail(3, "Missed PT", "There was no PT on Monday or Wednesday.", to=KIM),
    mail(6, "IEP meeting about the missed PT", "I would like a meeting.", to=KIM),
    mail(9, "PT log", "Here is the log.", sender=KIM, to=ANA),
    mail(4, "Records", "I request a copy of his school records under FERPA."),
    mail(5, "Zoo field trip", "May parents come along on the field trip?"),
    mail(7, "Fall fair!", "Everyone is welcome.", sender=LEE, to=ANA, kind=MessageKind.BULK),
]


def test_one_matter_is_one_case_across_subjects_and_people():
    assert groups(STORY) == [[1, 3, 6, 9], [4], [5]]


def test_titles_are_plain_and_name_the_child():
    titles = {c.title for c in cases(STORY)[1]}
    assert titles == {"Teddy: missed physical therapy", "Teddy: records", "Teddy: school days"}


def test_children_have_their_own_cases():
    story = [
        mail(1, "Theo's speech", "Did Theo have speech?"),
        mail(2, "Ada's speech", "Ada likes speech."),
    ]
    assert groups(story, TWO) == [[1], [2]]


def test_a_new_school_year_is_a_new_case():
    assert groups([mail(1, "PT times"), mail(2, "PT times again", day=300)]) == [[1], [2]]


def test_a_thread_without_topic_words_follows_the_one_it_is_like():
    story = [
        mail(1, "Behavior plan", "He hid under the green table near the aquarium during centers."),
        mail(2, "today", "Again under the green table near the aquarium, centers were loud.", LEE, ANA),
        mail(3, "hello", "Lovely weather!", LEE, ANA),
    ]
    assert groups(story) == [[1, 2]]


def test_a_second_case_of_the_same_kind_is_told_from_the_first():
    story = [mail(1, "PT times"), mail(2, "Theo's PT in the new year", day=300)]
    titles = [c.title for c in cases(story)[1]]
    assert titles == ["Teddy: physical therapy", "Teddy: physical therapy (“PT in the new year”)"]


def test_a_letter_that_goes_back_to_another_finds_its_case():
    story = [
        mail(1, "Starting the year", "Could the green table stay near the aquarium?", to=LEE),
        mail(20, "My question", "My letter of January 6 has no answer. Could I have one?", to=LEE),
        mail(21, "A word about the play", "Could he be a tree?", to=KIM),
    ]
    assert groups(story) == [[1, 20], [21]]
    assert "January 6" in str([c.grounds for c in cases(story)[1]])


def test_a_number_is_known_again():
    story = [
        mail(1, "The green table", "Could it stay near the aquarium?", to=LEE),
        mail(2, "Re: The green table", "Your note is kept as 26-0071.", LEE, ANA),
        mail(60, "26-0071", "This concludes it.", KIM, ANA),
    ]
    assert groups(story) == [[1, 2, 60]]


def test_an_automatic_answer_lies_with_what_was_written_just_before():
    away = MessageKind.AUTO_REPLY
    story = [
        mail(1, "Bus 7", "When does bus 7 come?", to=LEE),
        mail(2, "I am away", "For speech, ask the office.", LEE, ANA, kind=away),
        mail(30, "I am away", "For speech, ask the office.", LEE, ANA, kind=away),
    ]
    assert groups(story) == [[1, 2]]


def test_why_a_thread_lies_in_its_case_can_be_told():
    threads, found = cases(STORY)
    ids = {t.subject: t.id for t in threads}
    therapy = next(c for c in found if "therapy" in c.title)
    why = dict(therapy.grounds)
    assert ids["PT today?"] not in why
    assert why[ids["Missed PT"]].startswith("speaks of physical therapy")


def test_each_thread_is_compared_with_a_few_cases_only(monkeypatch):
    compared = []
    plain = cases_module.kinship
    monkeypatch.setattr(cases_module, "kinship", lambda *given: compared.append(1) or plain(*given))
    subjects = ("bus", "PT", "records", "speech", "math goals", "nurse", "recess", "museum", "field trip")
    story = [mail(n, f"{subjects[n % 9]} {n}", f"When is word{n} word{n // 2}?") for n in range(1, 200)]
    cases(story)
    assert len(compared) <= 6 * len(story)


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("FBA request", "behavior"),
        ("extra time on the math test", "accommodations"),
        ("IEE at public expense", "iee"),
        ("Suspension today", "discipline"),
        ("bus 7 was late", "transport"),
        ("ESY this summer", "esy"),
        ("Consent for the triennial re-evaluation", "evaluation"),
        ("insulin at lunch", "nursing"),
    ],
)
def test_topics(subject, topic):
    scores = topics_named(subject)
    assert max(scores, key=lambda t: scores[t]) == topic


def test_the_child_is_recognised_by_name_as_a_whole_word():
    assert recognise_child("Ada's log", TWO) == "Ada Okafor"
    assert recognise_child("the adapter and theory", TWO) is None
    assert recognise_child("Ada and Theo", TWO) is None
    assert recognise_child("anything", ONE) == "Theo Okafor"


@settings(max_examples=40)
@given(st.permutations(STORY))
def test_order_does_not_matter(story):
    assert cases(story) == cases(STORY)
