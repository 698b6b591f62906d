"""How many of a sample's facts were proposed, and how many proposals it does not state."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from iep_mail.core.plan.proposal import Proposal, ProposedFact
from iep_mail.model import IepGoal, IepService, IepStatement, ProgressReporting
from plans.truth import Sample, Service


@dataclass
class Score:
    hit: int = 0
    said: int = 0
    true: int = 0
    misses: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Score:
        self.hit, self.said, self.true = self.hit + other.hit, self.said + other.said, self.true + other.true
        self.misses += other.misses
        return self

    @property
    def precision(self) -> float:
        return self.hit / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.hit / self.true if self.true else 1.0


def score(proposal: Proposal, sample: Sample, pages: bool = True) -> Score:
    """A fact counts only where all of it is right: a service with minutes, frequency, dates and page."""
    total = Score()
    facts = list(proposal.facts)
    dates = [f for f in facts if isinstance(f.fact, date)]
    total += _compare("date", dates, list(sample.dates.items()), lambda f, t: (f.field, f.fact) == t)
    services = [f for f in facts if isinstance(f.fact, IepService)]
    total += _compare("service", services, list(sample.services), lambda f, t: _same_service(f, t, pages))
    statements = [f for f in facts if f.field == "accommodations"]
    total += _compare(
        "accommodation", statements, list(sample.accommodations),
        lambda f, t: _plain(f.fact.text) == _plain(t[0]) and (not pages or f.page == t[1]),
    )  # fmt: skip
    goals = [f for f in facts if isinstance(f.fact, IepGoal)]
    total += _compare(
        "goal", goals, list(sample.goals),
        lambda f, t: _plain(t[0]) in _plain(f.fact.text) and (not pages or f.page == t[1]),
    )  # fmt: skip
    singles = [f for f in facts if f.field in ("placement", "behavior_plan", "transport")]
    total += _compare(
        "single", singles, list(sample.singles.items()),
        lambda f, t: f.field == t[0] and _plain(t[1][0]) in _plain(f.fact.text) and (not pages or f.page == t[1][1]),
    )  # fmt: skip
    progress = [f for f in facts if isinstance(f.fact, ProgressReporting)]
    wanted = [sample.progress_every] if sample.progress_every else []
    total += _compare("progress", progress, wanted, lambda f, t: f.fact.every == t)
    return total


def _compare(
    what: str, said: Sequence[ProposedFact], true: list, same: Callable[[ProposedFact, object], bool]
) -> Score:
    free = list(said)
    result = Score(0, len(said), len(true))
    for truth in true:
        found = next((f for f in free if same(f, truth)), None)
        if found is None:
            result.misses.append(f"{what} not found: {truth}")
        else:
            free.remove(found)
            result.hit += 1
    result.misses += [f"{what} proposed, not stated: {_told(f)}" for f in free]
    return result


def _told(fact: ProposedFact) -> str:
    return f"{fact.field} {fact.fact}"


def _same_service(fact: ProposedFact, true: Service, pages: bool) -> bool:
    said = fact.fact
    assert isinstance(said, IepService)
    return (
        _plain(true.name) in _plain(said.name)
        and (said.minutes, said.frequency) == (true.minutes, true.frequency)
        and (said.start, said.end) == (true.start, true.end)
        and _plain(true.setting) in _plain(said.setting)
        and _plain(true.provider) in _plain(said.provider)
        and (not pages or fact.page == true.page)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9.%]+", text.lower().replace("’", "'"))).strip(" .")


__all__ = ["IepStatement", "Score", "score"]
