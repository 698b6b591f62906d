"""What a case file leaves out: other children's names, addresses and telephone numbers.

A removal is visible in its place and counted, so that the parent sees it before anything is written and
a reader sees that something was removed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from iep_mail.model import Child

ANOTHER_CHILD = "[another child]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]\s?\d{3}[-. ]\d{4}(?!\d)")
_STREET = re.compile(
    r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?(?:[A-Z][\w'.-]*\s+){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Terrace|Circle)\b\.?"
    r"(?:,?\s+(?:Apt|Unit|#)\.?\s*\w+)?(?:,\s*[A-Z][\w .'-]+,?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?)?"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the parent chose to leave out. `names` are other children's; none is removed by itself
    but those of the family's other children."""

    names: tuple[str, ...] = ()
    addresses: bool = False
    private: bool = False  # True: private notes are put in


@dataclass
class Redactor:
    """Takes out what was chosen, and keeps count of it by exhibit."""

    choice: Choice
    removed: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = sorted({n.strip() for n in self.choice.names if n.strip()}, key=lambda n: (-len(n), n))
        pattern = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
        self._names = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I) if names else None

    def text(self, text: str, where: str) -> str:
        """`text` without what was chosen; `where` names the exhibit for the count."""
        if self._names:
            text = self._names.sub(lambda m: self._gone(where, m[0], ANOTHER_CHILD), text)
        if self.choice.addresses:
            text = _EMAIL.sub(lambda m: self._gone(where, m[0], "[e-mail address]"), text)
            text = _PHONE.sub(lambda m: self._gone(where, m[0], "[telephone number]"), text)
            text = _STREET.sub(lambda m: self._gone(where, m[0], "[address]"), text)
        return text

    def _gone(self, where: str, what: str, instead: str) -> str:
        self.removed.setdefault(where, Counter())[" ".join(what.split())] += 1
        return instead

    def holds_hidden(self, text: str) -> bool:
        """Whether a text holds something that was chosen to be left out."""
        hidden = self._names is not None and self._names.search(text) is not None
        if self.choice.addresses and not hidden:
            hidden = any(pattern.search(text) for pattern in (_EMAIL, _PHONE, _STREET))
        return hidden


def other_children(children: Sequence[Child], shown: Iterable[str]) -> tuple[str, ...]:
    """Every name of the family's children that a case file is not about.

    A name that one of the children it is about has too is left in.
    """
    about = set(shown)
    kept = {name.casefold() for child in children if child.name in about for name in child.names}
    names = [name for child in children if child.name not in about for name in child.names]
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in kept))
