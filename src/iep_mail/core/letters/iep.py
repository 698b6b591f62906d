"""What the plan says: the facts in force on a day, and the one that a sentence speaks of.

A letter may write “The IEP states …” only from what is found here (34 CFR 300.323: services in
accordance with the IEP).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from iep_mail.data import load
from iep_mail.model import Iep, IepService, IepStatement

_WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def facts_in_force(ieps: Sequence[Iep], child: str | None, day: date) -> tuple[Iep, ...]:
    """The child's plans in force on `day`, each with only what applies that day.

    Where several of one kind are in force, the one that began last replaces the others. With `child`
    None the plans count only where they are all one child's.
    """
    if child is None:
        children = {iep.child for iep in ieps}
        if len(children) != 1:
            return ()
        child = children.pop()
    current = [iep for iep in ieps if iep.child == child and iep.in_force(day)]
    return tuple(_on(iep, day) for iep in current if not any(_replaces(other, iep) for other in current))


def _replaces(other: Iep, iep: Iep) -> bool:
    begun = (other.effective_from or date.min, iep.effective_from or date.min)
    return other.plan == iep.plan and begun[0] > begun[1]


def statement_for(
    text: str, ieps: Sequence[Iep], child: str | None, day: date
) -> IepService | IepStatement | None:
    """The service or accommodation in force on `day` that `text` speaks of; None where it is not clear."""
    return service_for(text, ieps, child, day) or accommodation_for(text, ieps, child, day)


def service_for(text: str, ieps: Sequence[Iep], child: str | None, day: date) -> IepService | None:
    """The service that `text` names; None where none or more than one fits."""
    services = [s for iep in facts_in_force(ieps, child, day) for s in iep.services]
    named = _topics(text)
    found = [s for s in services if _topics(s.name) & named]
    if len(found) > 1 and len({_topics(s.name) & named for s in found}) == 1:
        found = [s for s in found if s.name.lower() in text.lower()] or _best(text, found)
    return found[0] if len(found) == 1 else None


def accommodation_for(text: str, ieps: Sequence[Iep], child: str | None, day: date) -> IepStatement | None:
    """The accommodation that `text` speaks of: two of its words, or one long word that is only its own."""
    statements = [a for iep in facts_in_force(ieps, child, day) for a in iep.accommodations]
    spoken = _stems(text)
    stems = [_stems(a.text) for a in statements]
    scores = []
    for i, own in enumerate(stems):
        shared = own & spoken
        others = set().union(*(s for j, s in enumerate(stems) if j != i))
        telling = len(shared) >= 2 or any(len(word) >= 6 and word not in others for word in shared)
        scores.append(len(shared) if telling else 0)
    best = max(scores, default=0)
    return statements[scores.index(best)] if best and scores.count(best) == 1 else None


def sentence(service: IepService) -> str:
    """“Speech-language therapy, 30 minutes, 2 times per week (page 6)”, with what is known of it."""
    page = f" (page {service.page})" if service.page else ""
    return wording(service) + page


def wording(fact: IepService | IepStatement) -> str:
    """A fact as a letter quotes it, without its page and without a full stop."""
    if isinstance(fact, IepStatement):
        return fact.text.strip().rstrip(".")
    minutes = f"{fact.minutes} minutes" if fact.minutes else ""
    if minutes and fact.frequency.startswith("per "):
        return f"{fact.name}, {minutes} {fact.frequency}".rstrip(".")
    return ", ".join(part for part in (fact.name, minutes, fact.frequency) if part).rstrip(".")


def plan_of(fact: IepService | IepStatement, ieps: Sequence[Iep], child: str | None, day: date) -> str:
    """“IEP” or “504 plan”: the plan that holds `fact`."""
    for iep in facts_in_force(ieps, child, day):
        if fact in iep.services or fact in iep.accommodations or fact in iep.goals:
            return "504 plan" if iep.plan == "504" else iep.plan
    return "IEP"


def _on(iep: Iep, day: date) -> Iep:
    return replace(
        iep,
        services=tuple(
            s for s in iep.services if (not s.start or s.start <= day) and (not s.end or day <= s.end)
        ),
        accommodations=tuple(a for a in iep.accommodations if not a.date or a.date <= day),
        goals=tuple(g for g in iep.goals if not g.date or g.date <= day),
    )


def _topics(text: str) -> frozenset[str]:
    table: dict[str, list[str]] = load("letters")["service_words"]
    lower = text.lower()
    return frozenset(
        topic
        for topic, words in table.items()
        if any(re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", lower) for word in words)
    )


def _best(text: str, services: list[IepService]) -> list[IepService]:
    spoken = _stems(text)
    scores = [len(_stems(f"{s.name} {s.setting} {s.provider}") & spoken) for s in services]
    best = max(scores)
    return [s for s, score in zip(services, scores, strict=True) if score == best]


def _stems(text: str) -> frozenset[str]:
    stop = frozenset(load("letters")["stop"]["words"])
    words = {part for word in _WORD.findall(text.lower()) for part in {word, *word.split("-")}}
    return frozenset(re.sub(r"(?:ing|ed|es|s)$", "", w) for w in words if len(w) > 2 and w not in stop)
