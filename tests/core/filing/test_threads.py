from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.threads import base_subject, build_threads
from iep_mail.model import Address, Message, MessageKind

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
ANA, LEE, KIM = "ana@mail.example.com", "lee@oakhill.example.org", "kim@oakhill.example.org"


def mail(number, subject, sender=ANA, to=LEE, day=None, **more):
    fields = {"message_id": f"<{number}@x.example>"} | more
    return Message(
        sha256=f"{number:064d}",
        date=START + timedelta(days=number if day is None else day),
        sender=Address("", sender),
        to=(Address("", to),),
        subject=subject,
        **fields,
    )


def groups(*messages):
    return sorted(tuple(int(s) for s in t.messages) for t in build_threads(messages))


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Lunch aide",
        "RE: RE: lunch  aide",
        "AW: Lunch aide",
        "Fwd: FW: Lunch aide",
        "[EXTERNAL] Re: Lunch aide",
        "Re: [EXTERNAL] Lunch aide",
        "Re[2]: Lunch aide",
        "Automatic reply: Lunch aide",
        "Re: Lunch aide [Ticket #48213]",
        "Undeliverable: Lunch aide",
        "Lunch aide (was: Monday)",
    ],
)
def test_base_subject(subject):
    assert base_subject(subject) == "lunch aide"


@pytest.mark.parametrize("subject", ["Re", "Reading log", "IEP: next steps", "", "Fwd:"])
def test_base_subject_keeps_what_is_no_mark(subject):
    assert base_subject(subject) == subject.casefold()


def test_replies_join_by_headers_even_through_a_message_that_we_do_not_have():
    one = mail(1, "Aide", references=("<gone@x.example>",))
    two = mail(2, "Re: Aide", LEE, ANA, references=("<gone@x.example>",), in_reply_to=("<gone@x.example>",))
    assert groups(one, two) == [(1, 2)]


def test_a_reply_with_a_new_subject_is_a_new_thread():
    old = mail(1, "Field day")
    new = mail(
        2, "Missing PT sessions", LEE, ANA, in_reply_to=("<1@x.example>",), references=("<1@x.example>",)
    )
    assert groups(old, new) == [(1,), (2,)]
    was = mail(3, "Missing PT sessions (was: Field day)", LEE, ANA, in_reply_to=("<1@x.example>",))
    assert groups(old, was) == [(1, 3)]


def test_a_reply_that_lost_its_headers_joins_by_subject_people_and_time():
    first = mail(1, "Theo's aide")
    assert groups(first, mail(2, "RE: [EXTERNAL] Theo's aide", LEE, ANA)) == [(1, 2)]
    assert groups(first, mail(2, "RE: Theo's aide", KIM, ANA)) == [(1, 2)]  # a colleague answers
    assert groups(first, mail(2, "RE: Theo's aide", LEE, ANA, day=90)) == [(1,), (2,)]
    assert groups(first, mail(2, "RE: Theo's aide", "x@y.example.net", ANA)) == [(1,), (2,)]


def test_a_fresh_mail_with_a_used_subject_stays_alone():
    assert groups(mail(1, "Question"), mail(2, "Question")) == [(1,), (2,)]


def test_thread_topic_names_the_thread_when_the_subject_was_changed():
    assert groups(mail(1, "Bus aide"), mail(2, "from today", LEE, ANA, thread_topic="Bus aide")) == [(1, 2)]


def test_automatic_mail_joins_what_it_answers():
    ask = mail(1, "Records")
    away = mail(2, "Automatic reply: Records", LEE, ANA, kind=MessageKind.AUTO_REPLY)
    bounce = mail(
        3, "Mail problem", "daemon@mx.example.com", ANA, kind=MessageKind.BOUNCE, returned_id="<1@x.example>"
    )
    assert groups(ask, away, bounce) == [(1, 2, 3)]
    assert groups(ask, mail(4, "Out of office", LEE, ANA, kind=MessageKind.AUTO_REPLY)) == [(1,), (4,)]


def test_loops_null_references_and_missing_ids_do_no_harm():
    loop = [
        mail(1, "A", in_reply_to=("<2@x.example>",)),
        mail(2, "Re: A", in_reply_to=("<1@x.example>", "<2@x.example>")),
        mail(3, "B", message_id="", references=("null",)),
        mail(4, "C", message_id="", references=("null",)),
    ]
    assert groups(*loop) == [(1, 2), (3,), (4,)]


def test_the_id_stays_when_the_first_message_arrives_late():
    root = mail(1, "Aide")
    reply = mail(2, "Re: Aide", LEE, ANA, references=("<1@x.example>",), in_reply_to=("<1@x.example>",))
    assert build_threads([reply])[0].id == build_threads([root, reply])[0].id


@pytest.mark.parametrize("after", ["Re: Fridays - three sessions", "Fridays, the plan", "Re: Fridays?"])
def test_an_answer_whose_subject_goes_on_from_the_old_one_stays_in_its_thread(after):
    assert groups(mail(1, "Fridays"), mail(2, after, LEE, ANA, in_reply_to=("<1@x.example>",))) == [(1, 2)]
    assert groups(mail(1, "Fridays"), mail(2, after, LEE, ANA))[0] in ((1,), (1, 2))
    other = mail(2, "Fridayschool", LEE, ANA, in_reply_to=("<1@x.example>",))
    assert groups(mail(1, "Fridays"), other) == [(1,), (2,)]


def test_what_came_back_and_was_sent_again_is_one_thread():
    first = mail(1, "Group", to="kimm@oakhill.example.org")
    bounce = mail(
        1, "Undelivered", "daemon@mx.example.com", ANA,
        kind=MessageKind.BOUNCE, failed_recipients=("kimm@oakhill.example.org",), returned_id="<1@x.example>",
    )  # fmt: skip
    bounce = replace(bounce, sha256="f" * 64, message_id="<b@x.example>")
    again = mail(2, "Group", to=KIM)
    one, two = (t for t in (build_threads([first, bounce, again]), build_threads([first, again])))
    assert [len(t.messages) for t in one] == [3]
    assert len(two) == 2
    assert len(build_threads([first, bounce, replace(again, date=START + timedelta(days=9))])) == 2


some_mail = st.builds(
    lambda n, subject, sender, refs, day: mail(
        n,
        subject,
        sender,
        ANA if sender != ANA else LEE,
        day=day,
        references=tuple(f"<{r}@x.example>" for r in refs),
    ),
    st.integers(0, 12),
    st.sampled_from(["Aide", "Re: Aide", "Bus", "RE: Bus", "Fwd: Aide", "", "Re: Aide (was: Bus)"]),
    st.sampled_from([ANA, LEE, KIM]),
    st.lists(st.integers(0, 12), max_size=3),
    st.integers(0, 120),
)


@given(st.lists(some_mail, max_size=10, unique_by=lambda m: m.sha256), st.randoms())
def test_order_does_not_matter_and_every_message_is_in_one_thread(messages, random):
    expected = build_threads(messages)
    shuffled = list(messages)
    random.shuffle(shuffled)
    assert build_threads(shuffled) == expected
    assert sorted(s for t in expected for s in t.messages) == sorted(m.sha256 for m in messages)
    assert len({t.id for t in expected}) == len(expected)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nils Halvorsen and speech", "Re: NH and speech"),
        ("Speech for Nils Halvorsen", "Re: Speech for NH"),
        ("Nils Halvorsen: speech", "Re: NH: speech"),
        ("Nils's speech", "Re: NH's speech"),
        ("Ana Maria Ruiz Lopez", "Re: AMR Lopez"),
    ],
)
def test_a_name_put_as_initials_is_the_same_subject(before: str, after: str) -> None:
    assert groups(mail(1, before), mail(2, after, in_reply_to=("<1@x.example>",))) == [(1, 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nils and speech", "Re: OT and speech"),
        ("Nils and speech", "Re: NH and reading"),
        ("Speech", "Re: PE"),
    ],
)
def test_another_subject_under_old_headers_stays_another_thread(before: str, after: str) -> None:
    assert groups(mail(1, before), mail(2, after, in_reply_to=("<1@x.example>",))) == [(1,), (2,)]
