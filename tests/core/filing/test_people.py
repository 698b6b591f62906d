"""Who is meant by an address."""

from dataclasses import replace
from datetime import UTC, datetime

from iep_mail.core.filing.people import People
from iep_mail.model import Address, Child, Contact, Family, Message, Parent, School

ANA = Address("Ana Ruiz", "ana@mail.example.com")
KIM = Address("Kim Vale", "kvale@oakhill.example.org")
FAMILY = Family(
    "America/Chicago",
    (Parent("Ana", (ANA.email,)),),
    (Child("Theo Okafor"),),
    School(
        ("oakhill.example.org",), contacts=(Contact("lmarsh@oakhill.example.org", "Ms. Lee Marsh", "OT"),)
    ),
)
WROTE = Message(
    sha256="0" * 64, message_id="<1@x.example>", date=datetime(2026, 1, 5, tzinfo=UTC), sender=KIM
)
PEOPLE = People(FAMILY, [WROTE])


def test_a_mistyped_address_is_the_person_whose_name_stands_before_it() -> None:
    assert PEOPLE.who(Address("Kim Vale", "kval@oakhill.example.org")) == KIM.email
    assert PEOPLE.who(Address("Lee Marsh", "lmarch@oakhill.example.org")) == "lmarsh@oakhill.example.org"


def test_an_address_that_came_back_is_the_one_it_is_a_letter_away_from() -> None:
    typo, other = "kval@oakhill.example.org", "pval@oakhill.example.org"
    people = People(FAMILY, [WROTE, replace(WROTE, failed_recipients=(typo,))])
    assert people.who(Address("", typo)) == KIM.email
    assert people.who(Address("", other)) == other
    assert PEOPLE.who(Address("", typo)) == typo


def test_a_first_name_alone_and_an_address_that_wrote_stay_what_they_are() -> None:
    assert PEOPLE.who(Address("Kim", "kim@oakhill.example.org")) == "kim@oakhill.example.org"
    assert PEOPLE.who(Address("Lee Marsh", KIM.email)) == KIM.email


def test_the_family_is_not_among_the_schools_people() -> None:
    assert PEOPLE.school([ANA, KIM]) == {KIM.email}
    assert PEOPLE.names([ANA, KIM, Address("", "lmarsh@oakhill.example.org")]) == {
        "kim",
        "vale",
        "lee",
        "marsh",
    }


def test_the_work_of_a_person_by_role_signature_or_mailbox() -> None:
    signed = replace(WROTE, full_text="Yes.\nKim Vale\nPhysical Therapist")
    people = People(FAMILY, [signed])
    assert people.work_of("lmarsh@oakhill.example.org") == {"occupational_therapy"}
    assert people.work_of(KIM.email) == {"physical_therapy"}
    assert people.work_of("student.records@oakhill.example.org") == {"records"}
    assert people.work_of("jdoe@oakhill.example.org") == frozenset()
