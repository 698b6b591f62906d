from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.relevance import is_possible_bounce, is_school_envelope, school_correspondence
from iep_mail.model import (
    Address,
    Child,
    Direction,
    Envelope,
    Family,
    Message,
    MessageKind,
    Parent,
    School,
)

FAMILY = Family(
    timezone="America/Chicago",
    parents=(
        Parent("Ana Okafor", ("ana@mail.example.com",)),
        Parent("Ben Okafor", ("ben@mail.example.com",)),
    ),
    children=(Child("Theo Okafor"),),
    school=School(domains=("oakhill.example.org",), portals=("notify@portal.example.net",)),
)
START = datetime(2026, 3, 2, 15, tzinfo=UTC)


def mail(number, sender, to, **more):
    addresses = tuple(Address("", a) for a in to.split())
    fields = {"message_id": f"<{number}@x.example>", "date": START + timedelta(hours=number)} | more
    return Message(sha256=f"{number:064d}", sender=Address("", sender), to=addresses, **fields)


def found(*messages):
    return {int(m.sha256): (d, k) for m, d, k in school_correspondence(messages, FAMILY)}


TEACHER = mail(1, "ms.lee@oakhill.example.org", "ana@mail.example.com")
ANSWER = mail(2, "ana@mail.example.com", "ms.lee@oakhill.example.org", in_reply_to=("<1@x.example>",))


def test_direction_comes_from_the_sender():
    assert found(TEACHER, ANSWER) == {
        1: (Direction.FROM_SCHOOL, MessageKind.PERSONAL),
        2: (Direction.TO_SCHOOL, MessageKind.PERSONAL),
    }


def test_subdomains_count_and_lookalikes_do_not():
    sub = mail(3, "x@staff.oakhill.example.org", "ana@mail.example.com")
    lookalike = mail(4, "x@notoakhill.example.org", "ana@mail.example.com", new_text="oakhill.example.org")
    assert set(found(sub, lookalike)) == {3}


def test_parents_between_themselves_are_left_out_even_when_they_forward():
    forward = mail(
        5, "ana@mail.example.com", "ben@mail.example.com", references=("<1@x.example>",), forwarded=True
    )
    assert 5 not in found(TEACHER, forward)


def test_a_copy_to_the_school_makes_it_mail_to_the_school():
    copied = mail(
        6, "ana@mail.example.com", "ben@mail.example.com", cc=(Address("", "ms.lee@oakhill.example.org"),)
    )
    assert found(copied)[6][0] is Direction.TO_SCHOOL


def test_a_teacher_writing_from_a_private_address_and_the_answers_after():
    private = mail(7, "lee1980@home.example.net", "ana@mail.example.com", in_reply_to=("<2@x.example>",))
    back = mail(8, "ana@mail.example.com", "lee1980@home.example.net", in_reply_to=("<7@x.example>",))
    again = mail(9, "lee1980@home.example.net", "ana@mail.example.com", in_reply_to=("<8@x.example>",))
    assert set(found(again, back, private, ANSWER)) == {2, 7, 8, 9}


def test_a_friend_who_answers_a_forward_is_not_the_school():
    forward = mail(10, "ana@mail.example.com", "joy@home.example.net", references=("<1@x.example>",))
    friend = mail(
        11,
        "joy@home.example.net",
        "ana@mail.example.com",
        in_reply_to=("<10@x.example>",),
        references=("<1@x.example>", "<10@x.example>"),
    )
    assert set(found(TEACHER, forward, friend)) == {1}


def test_somebody_copied_in_by_the_family_is_not_the_school():
    asked = mail(12, "ana@mail.example.com", "ms.lee@oakhill.example.org gran@home.example.net")
    gran = mail(13, "gran@home.example.net", "ana@mail.example.com", in_reply_to=("<12@x.example>",))
    assert set(found(asked, gran)) == {12}


def test_bounces_of_mail_to_the_school_come_from_the_school():
    def bounce(number, **more):
        return mail(
            number, "mailer-daemon@mx.example.com", "ana@mail.example.com", kind=MessageKind.BOUNCE, **more
        )

    by_address = bounce(20, failed_recipients=("mr.typo@oakhill.example.org",))
    by_id = bounce(21, returned_id="<2@x.example>")
    by_text = bounce(22, full_text="<kim@oakhill.example.org>: 550 user unknown")
    other = bounce(23, failed_recipients=("shop@store.example.com",))
    result = found(ANSWER, by_address, by_id, by_text, other)
    assert set(result) == {2, 20, 21, 22}
    assert result[21] == (Direction.FROM_SCHOOL, MessageKind.BOUNCE)


def test_portals_write_notices_and_school_newsletters_stay_bulk():
    portal = mail(30, "notify@portal.example.net", "ana@mail.example.com", kind=MessageKind.BULK)
    letter = mail(31, "news@oakhill.example.org", "ana@mail.example.com", kind=MessageKind.BULK)
    kinds = {n: k for n, (_, k) in found(portal, letter).items()}
    assert kinds == {30: MessageKind.PORTAL_NOTICE, 31: MessageKind.BULK}


def test_envelopes():
    def envelope(sender, *others, subject=""):
        return Envelope((sender, *others), sender, "<a@b.example>", (), subject)

    assert is_school_envelope(envelope("a@b.example", "x@oakhill.example.org"), FAMILY)
    assert not is_school_envelope(envelope("a@b.example"), FAMILY)
    assert is_possible_bounce(envelope("MAILER-DAEMON@mx.example.com"))
    assert is_possible_bounce(envelope("a@b.example", subject="Undeliverable: hello"))
    assert not is_possible_bounce(envelope("a@b.example", subject="hello"))


CHAIN = [TEACHER, ANSWER] + [
    mail(
        n,
        "lee1980@home.example.net" if n % 2 else "ana@mail.example.com",
        "ana@mail.example.com" if n % 2 else "lee1980@home.example.net",
        in_reply_to=(f"<{n - 1}@x.example>",),
    )
    for n in range(3, 9)
]


@given(st.permutations(CHAIN))
def test_order_does_not_matter(messages):
    assert school_correspondence(messages, FAMILY) == school_correspondence(CHAIN, FAMILY)
    assert len(school_correspondence(messages, FAMILY)) == len(CHAIN)
