"""The table of words that plans use, with its patterns ready to search."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from iep_mail.data import load


@cache
def table() -> dict[str, Any]:
    return load("plan_words")


def folded(text: str) -> str:
    """Lower case, single spaces, plain quotes and dashes."""
    text = text.lower().replace("’", "'").replace("–", "-").replace("—", "-")
    return " ".join(text.split())


@cache
def either(*patterns: str) -> re.Pattern[str]:
    """One of the patterns, anywhere in a folded text."""
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def section_words(name: str) -> re.Pattern[str]:
    return either(*table()["sections"][name])


@cache
def column_roles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((column["role"], either(*column["words"])) for column in table()["column"])


@cache
def labels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Date labels with the field that each stands for; "" where its date is none of the plan's."""
    return tuple((label["field"], either(*label["words"])) for label in table()["label"])


@cache
def block_labels() -> re.Pattern[str]:
    """A label of a service block before its colon; the group's name is the role."""
    parts = []
    for role, words in table()["block"].items():
        parts.append(f"(?P<{role}>{'|'.join(words)})")
    return re.compile(rf"(?:^|(?<=[\s;,|]))(?:{'|'.join(parts)})\s*:\s*", re.I)


@cache
def service_names() -> re.Pattern[str]:
    names = table()["names"]
    subjects = f"(?:{names['subjects']})(?:(?:,? and |, | & |/)(?:{names['subjects']}))*"
    parts = [part.replace("{subjects}", subjects) for part in names["services"]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.I)


@cache
def settings() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w)(?:{p})(?!\w)" for p in table()["names"]["settings"]), re.I)


@cache
def providers() -> re.Pattern[str]:
    return re.compile(table()["names"]["providers"], re.I)


def statement_words(name: str) -> re.Pattern[str]:
    return either(*table()["statements"][name])
