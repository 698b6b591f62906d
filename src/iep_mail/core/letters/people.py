"""Names in letters: whom to greet, who has a role, what a subject may say of the child."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from iep_mail.data import load
from iep_mail.model import Child, Contact, Family, FiledMessage


def greeting(names: Sequence[str]) -> str:
    """“Dear Ms. Raman,” where the title is known, else “Dear Priya Raman,”; “Hello,” for nobody known."""
    known = [salutation(name) for name in names if name]
    if not known or len(known) < len(names):
        return "Hello,"
    if len(known) > 3:
        return "Dear all,"
    return f"Dear {known[0] if len(known) == 1 else ', '.join(known[:-1]) + ' and ' + known[-1]},"


def salutation(name: str) -> str:
    """How a letter addresses a person: title and surname, or the whole name."""
    words = plain_name(name).split()
    if len(words) > 1 and words[0].lower().rstrip(".") in load("letters")["names"]["honorifics"]:
        return f"{words[0]} {words[-1]}"
    return " ".join(words)


def plain_name(name: str) -> str:
    """A name without credentials and brackets, its parts in spoken order ("Raman, Priya" turned round)."""
    name = re.sub(r"\s*[(\[].*?[)\]]", "", name).strip(" '\"")
    credentials = load("letters")["names"]["credentials"]
    first, comma, rest = name.partition(",")
    if comma and rest.strip():
        given = rest.split(",")[0].strip()
        if given.lower() not in credentials and not given.isupper():
            first = f"{given} {first}"
    words = first.split()
    while len(words) > 2 and words[-1].lower() in credentials:
        words.pop()
    return " ".join(words)


def name_of(email: str, family: Family, messages: Iterable[FiledMessage]) -> str:
    """The name behind an address: from the contacts, else from the headers of its mail; "" if unknown."""
    contact = family.contact(email)
    if contact and contact.name:
        return contact.name
    for filed in messages:
        for address in (filed.message.sender, *filed.message.recipients):
            if address.email == email.lower() and address.name and "@" not in address.name:
                return address.name
    return ""


def with_role(family: Family, role: str) -> Contact | None:
    """The first contact whose configured role is `role`, by the words of the table."""
    words: list[str] = load("letters")["roles"].get(role, [role])
    for word in words:
        for contact in family.school.contacts:
            if (
                re.search(rf"\b{re.escape(word)}\b", contact.role.lower())
                and "assistant" not in contact.role.lower()
            ):
                return contact
    return None


def without_full_names(text: str, children: Sequence[Child]) -> str:
    """`text` with every child's full name replaced by the initials: what a subject line may show."""
    for child in children:
        *_, surname = child.name.split()
        for name in sorted(child.names, key=len, reverse=True):
            full = name if " " in name else f"{name} {surname}"
            text = re.sub(rf"(?i)\b{re.escape(full)}\b", child.initials, text)
    return text
