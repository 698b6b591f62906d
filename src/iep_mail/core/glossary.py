"""Words of special education, found by any of their names and with slips of the pen."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from iep_mail.data import load

_CLOSE = 0.72  # how alike two words are, 0 to 1, to be taken for a slip


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    say: str
    also: tuple[str, ...] = ()
    cite: str = ""
    see: tuple[str, ...] = ()
    step: int | None = None  # of the six, where it is one
    where: bool = False  # whether it says where help is found


def terms() -> tuple[Term, ...]:
    """Every term, by name."""
    return tuple(sorted(_table().values(), key=lambda t: t.name.casefold()))


def find_term(asked: str) -> tuple[Term | None, tuple[str, ...]]:
    """The term that was meant, and the names of others it may be; None where nothing is near.

    Other names, abbreviations, plurals, dashes and small slips are understood.
    """
    wanted = _folded(asked)
    names = _names()
    if wanted in names:
        return _table()[names[wanted]], ()
    holding = [term for name, term in names.items() if wanted and _contains(name, wanted)]
    close = difflib.get_close_matches(wanted, list(names), n=4, cutoff=_CLOSE)
    found = list(dict.fromkeys([*(names[name] for name in close), *holding]))
    if not found:
        return None, ()
    if close or len(found) == 1:
        return _table()[found[0]], tuple(found[1:5])
    return None, tuple(found[:6])


def _contains(name: str, wanted: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(wanted)}", name)) or f" {name} " in f" {wanted} "


def _folded(text: str) -> str:
    low = re.sub(r"[^\w&:]+", " ", text.casefold()).strip()
    return low.removesuffix("s") if len(low) > 4 and not low.endswith("ss") else low


@cache
def _table() -> Mapping[str, Term]:
    return {
        name: Term(
            name,
            row["say"],
            tuple(row.get("also", ())),
            row.get("cite", ""),
            tuple(row.get("see", ())),
            row.get("step"),
            bool(row.get("where")),
        )
        for name, row in load("glossary").items()
    }


@cache
def _names() -> Mapping[str, str]:
    """Every folded name of a term; a term's own name wins over another's second one."""
    names = {_folded(also): term.name for term in _table().values() for also in term.also}
    return names | {_folded(name): name for name in _table()}
