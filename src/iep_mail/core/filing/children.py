"""Which child a text is about, and what a child is called."""

from __future__ import annotations

import re

from iep_mail.model import Child, Family


def recognise_child(text: str, family: Family) -> str | None:
    """The full name of the child whom a text is about; None where none or several are named.

    A family with one child never asks.
    """
    if len(family.children) == 1:
        return family.children[0].name
    named = [c.name for c in family.children if any(_has_word(text, n) for n in c.names)]
    return named[0] if len(named) == 1 else None


def short_name(child: Child) -> str:
    return child.nicknames[0] if child.nicknames else child.name.split()[0]


def _has_word(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)", text, re.I))
