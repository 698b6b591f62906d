"""The matters that families and schools write about (data/topics.toml), and how strongly a text speaks of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from iep_mail.data import load


@dataclass(frozen=True, slots=True)
class Topic:
    """`any_word` fits wherever one of `words` does; looked for first, since most texts name few topics."""

    name: str
    title: str
    missed: str
    any_word: re.Pattern[str]
    words: tuple[tuple[re.Pattern[str], float], ...]
    role: re.Pattern[str] | None
    general: bool
    any_service: bool


@cache
def topics() -> tuple[Topic, ...]:
    return tuple(
        Topic(
            name=t["name"],
            title=t["title"],
            missed=t.get("missed", ""),
            any_word=_whole_words("|".join(t["words"])),
            words=tuple((_whole_words(w), float(weight)) for w, weight in t["words"].items()),
            role=re.compile(t["role"], re.I) if "role" in t else None,
            general=t.get("general", False),
            any_service=t.get("any_service", False),
        )
        for t in load("topics")["topic"]
    )


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.I)


@cache
def topic_of(name: str) -> Topic:
    return next(t for t in topics() if t.name == name)


@cache
def general_topics() -> frozenset[str]:
    """Topics that any matter touches."""
    return frozenset(t.name for t in topics() if t.general)


@cache
def rival_topics() -> frozenset[str]:
    """General topics that are another matter than the one beside which they are named."""
    return frozenset(t.name for t in topics() if t.general and not t.any_service)


@lru_cache(maxsize=20_000)
def topics_named(text: str) -> Mapping[str, float]:
    """The topics that one sentence names: the strongest word counts full, each further one half."""
    found = {}
    for topic in topics():
        if topic.any_word.search(text):
            weights = sorted((w for pattern, w in topic.words if pattern.search(text)), reverse=True)
            found[topic.name] = sum(weights[:1]) + sum(weights[1:]) / 2
    return found


@lru_cache(maxsize=5_000)
def topics_of_role(role: str) -> frozenset[str]:
    """The topics that are the work of somebody with that role."""
    return frozenset(t.name for t in topics() if t.role and t.role.search(role))
