from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.correspondence import file_messages
from iep_mail.model import Address, Child, Direction, Family, Message, Parent, School

FAMILY = Family(
    timezone="America/Los_Angeles",
    parents=(Parent("Ana", ("ana@mail.example.com",)),),
    children=(Child("Theo Okafor"), Child("Ada Okafor")),
    school=School(domains=("oakhill.example.org",)),
)


def mail(number, subject, sender, to, at, text="", reply=""):
    return Message(
        sha256=f"{number:064d}",
        message_id=f"<{number}@x.example>",
        date=at,
        sender=Address("", sender),
        to=(Address("", to),),
        subject=subject,
        new_text=text,
        in_reply_to=(reply,) if reply else (),
    )


ANA, LEE = "ana@mail.example.com", "lee@oakhill.example.org"
MAIL = [
    mail(1, "Ada's speech", ANA, LEE, datetime(2026, 3, 3, 4, 30, tzinfo=UTC), "When is speech?"),
    mail(2, "Re: Ada's speech", LEE, ANA, datetime(2026, 3, 4, 18, tzinfo=UTC), "Tuesdays.", "<1@x.example>"),
    mail(3, "Sale", "shop@store.example.com", ANA, datetime(2026, 3, 4, 19, tzinfo=UTC)),
    mail(4, "OT for Theo", ANA, LEE, datetime(2026, 3, 5, 18, tzinfo=UTC), "Did he have OT?"),
]


def test_messages_get_thread_case_child_and_the_familys_day():
    filed, threads, cases = file_messages(MAIL, FAMILY)
    assert [(f.direction, f.sent_on, f.child) for f in filed] == [
        (Direction.TO_SCHOOL, date(2026, 3, 2), "Ada Okafor"),
        (Direction.FROM_SCHOOL, date(2026, 3, 4), "Ada Okafor"),
        (Direction.TO_SCHOOL, date(2026, 3, 5), "Theo Okafor"),
    ]
    assert filed[0].thread == filed[1].thread == threads[0].id
    assert [c.child for c in cases] == ["Ada Okafor", "Theo Okafor"]
    assert cases[0].opened_on == date(2026, 3, 2)
    assert [f.case for f in filed] == [cases[0].id, cases[0].id, cases[1].id]


def test_an_empty_mailbox():
    assert file_messages([], FAMILY) == ((), (), ())


@given(st.permutations(MAIL))
def test_order_does_not_matter(messages):
    assert file_messages(messages, FAMILY) == file_messages(MAIL, FAMILY)
