"""Who the school may be, judged by the headers of a parent's mail; for the parent to confirm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iep_mail.data import load
from iep_mail.model import Address

_ENOUGH_EXCHANGES = 2  # of mail to and fro, from which a domain that does not look like a school is shown
_MOST_DOMAINS, _MOST_PEOPLE, _MOST_OWN = 8, 15, 4


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One mail by its headers; `mine` where it lies in Sent or comes from the parent's own address."""

    sender: Address
    recipients: tuple[Address, ...]
    mine: bool
    personal: bool = True  # written by a person to this parent, as far as headers tell


@dataclass(frozen=True, slots=True)
class DomainProposal:
    domain: str
    received: int
    sent: int
    looks_like_a_school: bool
    people: tuple[Address, ...] = ()  # the most frequent first


@dataclass(frozen=True, slots=True)
class Proposal:
    """`own_name` is how the parent's mail is signed in From, `own_addresses` from where it was sent."""

    domains: tuple[DomainProposal, ...]
    own_name: str
    own_addresses: tuple[str, ...]


def propose(mail: Sequence[Correspondence], own: str) -> Proposal:
    """The domains that look like a school's, then those with which mail goes to and fro."""
    received: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    names: dict[str, str] = {}
    senders: Counter[str] = Counter()
    own_names: Counter[str] = Counter()
    met: set[str] = set()  # those of whom a person's mail was seen
    for each in mail:
        if each.mine:
            senders[each.sender.email] += 1
            own_names[each.sender.name] += bool(each.sender.name)
            sent.update({a.email for a in each.recipients})
            met.update(a.email for a in each.recipients)
        else:
            received[each.sender.email] += 1
            met.update([each.sender.email] if each.personal else [])
        for person in (each.sender, *each.recipients):
            if person.name and "@" not in person.name:
                names.setdefault(person.email, person.name)
    mine = {own.lower(), *senders}
    people = [a for a in {*received, *sent} if a not in mine and not _is_machine(a)]
    found = _domains(people, received, sent, names, met)
    shown = [d for d in found if d.looks_like_a_school or min(d.received, d.sent) >= _ENOUGH_EXCHANGES]
    shown.sort(
        key=lambda d: (not d.looks_like_a_school, -min(d.received, d.sent), -d.received - d.sent, d.domain)
    )
    return Proposal(
        tuple(shown[:_MOST_DOMAINS]),
        max(own_names, key=lambda n: (own_names[n], n), default=""),
        tuple(a for a, n in senders.most_common(_MOST_OWN) if a and (a == own.lower() or n > 1)),
    )


def _domains(
    people: Sequence[str],
    received: Counter[str],
    sent: Counter[str],
    names: dict[str, str],
    met: set[str],
) -> list[DomainProposal]:
    public = set(load("public_providers")["domains"])
    groups: dict[str, list[str]] = {}
    for email in people:
        domain = email.rpartition("@")[2]
        if domain and domain not in public:
            groups.setdefault(domain, []).append(email)
    result = []
    for domain, members in groups.items():
        members.sort(key=lambda a: (-received[a] - sent[a], a))
        result.append(
            DomainProposal(
                domain,
                sum(received[a] for a in members),
                sum(sent[a] for a in members),
                looks_like_school(domain),
                tuple(Address(names.get(a, ""), a) for a in members if a in met)[:_MOST_PEOPLE],
            )
        )
    return result


def looks_like_school(domain: str) -> bool:
    """Whether a domain is named as schools and districts name theirs."""
    table = load("school_domains")
    parts = re.split(r"[.\-]", domain.lower())
    if any(domain.endswith(ending) for ending in table["endings"]):
        return True
    if any(p in table["parts"] or re.fullmatch(r"\w+(?:isd|usd|csd|k12|schools?)", p) for p in parts[:-1]):
        return True
    return any(word in part for part in parts[:-1] for word in table["words"])


def _is_machine(email: str) -> bool:
    local = email.partition("@")[0].lower()
    return any(re.fullmatch(rf"{re.escape(m)}[\d+._-]*.*", local) for m in load("school_domains")["machines"])
