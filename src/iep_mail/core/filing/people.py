"""Who the people of the school in a message are, mistyped addresses included."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import lru_cache

from iep_mail.core.filing.matter import Matter, read_matter
from iep_mail.core.filing.topics import topics_of_role
from iep_mail.model import Address, Family, Message

ReadMatter = Callable[[Message], Matter]

_NAME = re.compile(r"[^\W\d_][\w'’-]+")
_NEAR = 0.93  # of two addresses: a letter left out, doubled or changed, two that changed places
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "via"})


class People:
    """The family's contacts and everybody who wrote. An address that never wrote and is no contact's is
    taken for the person whose full name stands before it, and one that came back for the one it is a
    letter away from."""

    def __init__(self, family: Family, messages: Iterable[Message], read: ReadMatter = read_matter) -> None:
        self._own = family.own_addresses
        self._contacts = {c.address.lower(): c for c in family.school.contacts}
        messages = list(messages)
        wrote = {m.sender for m in messages if m.sender.email.lower() not in self._own}
        failed = {e.lower() for m in messages for e in m.failed_recipients}
        named = [
            (a.name, a.email.lower()) for a in sorted(wrote, key=lambda a: (a.email, a.name), reverse=True)
        ]
        named += [(c.name, address) for address, c in self._contacts.items()]
        self._by_name = {key: email for name, email in named if len(key := _words(name)) > 1}
        self._known = self._contacts.keys() | {a.email.lower() for a in wrote}
        near = {e: get_close_matches(e, sorted(self._known), 1, _NEAR) for e in failed - self._known}
        self._signed: defaultdict[str, set[str]] = defaultdict(set)
        for message in messages:
            self._signed[message.sender.email.lower()] |= read(message).signed_as
        self._meant = {email: found[0] for email, found in near.items() if found}

    def is_own(self, address: Address) -> bool:
        return address.email.lower() in self._own

    def who(self, address: Address) -> str:
        """The address of the person that is meant."""
        email = address.email.lower()
        if email in self._known:
            return email
        return self._by_name.get(_words(address.name)) or self._meant.get(email, email)

    def school(self, addresses: Iterable[Address]) -> frozenset[str]:
        return frozenset(self.who(a) for a in addresses if a.email and not self.is_own(a))

    def work_of(self, email: str) -> frozenset[str]:
        """The topics that are a person's work: by the role the parent gave, else by their signature
        or the name of the mailbox."""
        contact = self._contacts.get(email)
        if contact and contact.role:
            return topics_of_role(contact.role)
        mailbox = re.sub(r"[\W_]+", " ", email.partition("@")[0])  # records@, school.nurse@
        return frozenset(self._signed.get(email, ())) or topics_of_role(mailbox)

    def names(self, addresses: Iterable[Address]) -> frozenset[str]:
        """First and last names, in lower case, as written and as the parent's contacts have them."""
        school = [a for a in addresses if not self.is_own(a)]
        contacts = (c.name for a in school if (c := self._contacts.get(self.who(a))))
        return frozenset(w for name in (*(a.name for a in school), *contacts) for w in _words(name))


@lru_cache(maxsize=5_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(w.lower() for w in _NAME.findall(name)) - _TITLES
