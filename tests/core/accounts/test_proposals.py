"""Who the school may be, judged by the headers of a parent's mail."""

import pytest

from iep_mail.core.accounts.proposals import Correspondence, looks_like_school, propose
from iep_mail.model import Address

ME = Address("Rosa Delgado", "rosa@example.net")
PARK = Address("Ellen Park", "epark@maplehill.k12.example.org")
SHAW = Address("Victor Shaw", "vshaw@district.example.org")
BANK = Address("Your bank", "no-reply@bank.example.com")
ANA = Address("Ana", "ana@gmail.com")


def to_me(sender: Address, times: int = 1) -> list[Correspondence]:
    return [Correspondence(sender, (ME,), False)] * times


def from_me(*to: Address, times: int = 1) -> list[Correspondence]:
    return [Correspondence(ME, to, True)] * times


def test_what_looks_like_a_school_comes_first_then_those_one_writes_with() -> None:
    dentist = Address("Dr. Wu", "office@wu.example.com")
    mail = [
        *to_me(BANK, 40),
        *to_me(PARK, 2),
        *from_me(PARK, SHAW),
        *to_me(dentist, 5),
        *from_me(dentist, times=4),
    ]
    found = propose(mail, ME.email)
    assert [d.domain for d in found.domains] == [
        "maplehill.k12.example.org",
        "district.example.org",
        "wu.example.com",
    ]
    assert found.domains[0].people == (PARK,)
    assert (found.domains[0].received, found.domains[0].sent) == (2, 1)
    assert found.own_name == "Rosa Delgado"


def test_machines_shops_and_private_mail_are_not_proposed() -> None:
    shop = Address("Shop", "hello@shop.example.com")
    mail = [*to_me(BANK, 9), *to_me(shop, 9), *to_me(ANA, 9), *from_me(ANA, times=9)]
    assert propose(mail, ME.email).domains == ()


def test_other_addresses_of_ones_own_are_seen_in_sent() -> None:
    work = Address("R. Delgado", "rosa@work.example.com")
    mail = [*from_me(PARK, times=3), *[Correspondence(work, (PARK,), True)] * 2]
    found = propose(mail, ME.email)
    assert found.own_addresses == ("rosa@example.net", "rosa@work.example.com")
    assert [d.domain for d in found.domains] == ["maplehill.k12.example.org"]


@pytest.mark.parametrize(
    "domain",
    ["brookside.k12.pa.us", "austinisd.org", "lausd.net", "cps.edu", "riverside-academy.org", "oakdistrict.org",
     "pps.net", "lincolnschools.org", "iu13.k12.pa.us"],
)  # fmt: skip
def test_domains_of_schools(domain: str) -> None:
    assert looks_like_school(domain)


@pytest.mark.parametrize(
    "domain", ["gmail.com", "amazon.com", "bank.example.com", "doctors.example.net", "nyt.com"]
)
def test_other_domains(domain: str) -> None:
    assert not looks_like_school(domain)


def test_a_newsletter_is_no_person() -> None:
    paper = Address("Maplehill Post", "otterpost@maplehill.k12.example.org")
    letters = [Correspondence(paper, (ME,), False, personal=False)] * 9
    found = propose([*to_me(PARK, 2), *from_me(PARK), *letters], ME.email)
    assert found.domains[0].people == (PARK,)
    answered = propose([*letters, *from_me(paper)], ME.email)
    assert answered.domains[0].people == (paper,)  # the parent has written there
