"""Names in letters: whom to greet, who has a role, what a subject may say of the child."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from iep_mail.data import load
from iep_mail.model import Child, Contact, Family, FiledMessage, correspondence

_TITLED = r"\b(Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Coach)\b\.?\s+(?:[A-Z][\w.'’-]*\s+)?{surname}\b"


def greeting(names: Sequence[str]) -> str:
    """“Dear Ms. Raman,” where the title is known, else “Dear Priya Raman,”; “Hello,” for nobody known and
    for an office."""
    known = [salutation(name) for name in names if name and not is_office(name)]
    if not known or len(known) < len(names):
        return "Hello,"
    if len(known) > 3:
        return "Dear all,"
    return f"Dear {known[0] if len(known) == 1 else ', '.join(known[:-1]) + ' and ' + known[-1]},"


def salutation(name: str) -> str:
    """How a letter addresses a person: title and surname, or the whole name."""
    words = plain_name(name).split()
    if len(words) > 1 and _is_title(words[0]):
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
        return plain_name(contact.name) or contact.name
    for filed in correspondence(messages).with_person(email.lower()):
        for address in (filed.message.sender, *filed.message.recipients):
            if address.email == email.lower() and address.name and "@" not in address.name:
                return address.name
    return ""


def titled_name(email: str, family: Family, messages: Sequence[FiledMessage]) -> str:
    """The name behind an address with the title that the mail with that person uses, as far as one is
    known: “Ms. Raman” for Priya Raman whom somebody called so; no title is guessed."""
    name = name_of(email, family, messages)
    words = plain_name(name).split()
    if len(words) < 2 or _is_title(words[0]):
        return name
    surname = words[-1]
    pattern = re.compile(_TITLED.format(surname=re.escape(surname)))
    titles = Counter(
        title
        for filed in correspondence(messages).with_person(email)
        for title in pattern.findall(filed.message.new_text)
    )
    if not titles:
        return name
    title = min(titles, key=lambda t: (-titles[t], t))
    return f"{title}{'' if title in ('Miss', 'Coach') else '.'} {surname}"


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


def without_names(text: str, children: Sequence[Child]) -> str:
    """`text` with every name of a child replaced by the initials: what a subject line may show.

    A first name that is also a plain word (Grace, Will) stays unless it is written as “Grace's”.
    """
    words = frozenset(load("letters")["names"]["plain_words"])
    for child in children:
        *_, surname = child.name.split()
        for name in sorted(child.names, key=len, reverse=True):
            full = name if " " in name else f"{name} {surname}"
            text = re.sub(rf"(?i)\b{re.escape(full)}\b", child.initials, text)
        for name in child.names:
            if " " not in name:
                ending = "(?=['’]s\\b)" if name.lower() in words else r"\b"
                text = re.sub(rf"\b{re.escape(name)}{ending}", child.initials, text)
    return text


def is_office(name: str) -> bool:
    """Whether a name is that of an office and not of a person: “Student Records”."""
    offices = load("letters")["names"]["offices"]
    return any(word in offices for word in re.findall(r"[a-z]+", plain_name(name).lower()))


def _is_title(word: str) -> bool:
    return word.lower().rstrip(".") in load("letters")["names"]["honorifics"]
