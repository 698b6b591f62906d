"""A plan document read into proposed facts, each with its page and the words it rests on.

Nothing here is taken as true: the parent confirms, changes or drops each fact before it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iep_mail.core.plan.layout import rows_of
from iep_mail.core.plan.parts import Part, parts_of
from iep_mail.core.plan.plan_dates import plan_dates
from iep_mail.core.plan.services import services_in
from iep_mail.core.plan.statements import (
    FoundStatement,
    accommodations_in,
    behavior_plan_in,
    goals_in,
    placement_in,
    progress_in,
    transport_in,
)
from iep_mail.model import Iep, IepGoal, IepService, IepStatement, PlanDocument, ProgressReporting

Fact = date | IepService | IepStatement | ProgressReporting

# How the fields of a plan are called before a parent.
TITLES = {
    "effective_from": "In force from",
    "effective_to": "In force until",
    "meeting_on": "Team meeting",
    "annual_review": "Annual review by",
    "last_evaluation": "Last evaluation",
    "reevaluation_due": "Re-evaluation by",
    "services": "Service",
    "accommodations": "Accommodation",
    "goals": "Goal",
    "placement": "Placement",
    "behavior_plan": "Behavior plan",
    "transport": "Transport",
    "progress_reports": "Progress reports",
}


@dataclass(frozen=True, slots=True)
class ProposedFact:
    """One fact that the document seems to state. `doubt` says why it wants a second look, "" where nothing
    speaks against it."""

    field: str  # a key of TITLES
    fact: Fact
    page: int | None
    quote: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    document: str
    child: str  # as in the configuration; "" where no child of the family is named in the document
    plan: str  # IEP | 504
    facts: tuple[ProposedFact, ...]
    notes: tuple[str, ...] = ()


def propose(document: PlanDocument, children: Mapping[str, Sequence[str]]) -> Proposal:
    """The facts that a document seems to state. `children` holds the names used for each child."""
    rows = rows_of(document)
    parts = parts_of(rows)
    whole = " ".join(row.text for row in rows)
    facts = [ProposedFact(d.field, d.day, d.page, d.quote) for d in plan_dates(parts)]
    facts += [
        ProposedFact("services", f.service, f.service.page, f.service.quote, f.doubt)
        for f in services_in(parts)
    ]
    facts += [_stated("accommodations", found) for found in accommodations_in(parts)]
    facts += [_stated("goals", found) for found in goals_in(parts)]
    facts += _singles(parts)
    child = _child(whole, children)
    notes = list(document.notes)
    if not child and children:
        notes.append(
            f"{document.name} does not name {' or '.join(children)}: please check that it is your child's plan."
        )
    if not facts:
        notes.append(
            f"No services, accommodations or dates were recognised in {document.name}. "
            "If it is the plan, please write its facts down by hand."
        )
    return Proposal(document.name, child, _plan_kind(whole), tuple(map(_checked, facts)), tuple(notes))


def plan_from(child: str, plan: str, document: str, facts: Sequence[ProposedFact]) -> Iep:
    """The plan that the confirmed facts make."""
    once = {f.field: f.fact for f in facts if f.field not in ("services", "accommodations", "goals")}
    return Iep(
        child=child,
        plan=plan,
        document=document,
        services=tuple(f.fact for f in facts if isinstance(f.fact, IepService)),
        accommodations=tuple(
            f.fact for f in facts if f.field == "accommodations" and isinstance(f.fact, IepStatement)
        ),
        goals=tuple(f.fact for f in facts if isinstance(f.fact, IepGoal)),
        **once,  # type: ignore[arg-type]  # each is of the field's type, by the field that was found
    )


def _stated(field: str, found: FoundStatement) -> ProposedFact:
    statement = found.statement
    return ProposedFact(field, statement, statement.page, statement.quote, found.doubt)


def _singles(parts: Sequence[Part]) -> list[ProposedFact]:
    found = {
        "placement": placement_in(parts),
        "behavior_plan": behavior_plan_in(parts),
        "transport": transport_in(parts),
    }
    facts = [_stated(field, seen) for field, seen in found.items() if seen]
    if progress := progress_in(parts):
        facts.append(ProposedFact("progress_reports", progress[0], progress[0].page, progress[1]))
    return facts


def _checked(fact: ProposedFact) -> ProposedFact:
    if fact.page is None and not isinstance(fact.fact, date):
        return replace(fact, doubt="; ".join(filter(None, (fact.doubt, "its page is not known"))))
    return fact


def _child(text: str, children: Mapping[str, Sequence[str]]) -> str:
    """The child whose name stands most often in the document; the whole name counts before its parts."""
    low = text.casefold()
    scores = {
        child: 1000 * (low.count(child.casefold()) + low.count(_last_first(child)))
        + sum(low.count(name.casefold()) for name in names)
        for child, names in children.items()
    }
    best = max(scores.values(), default=0)
    named = [child for child, score in scores.items() if score == best and best]
    return named[0] if len(named) == 1 else ""


def _last_first(name: str) -> str:
    first, _, last = name.casefold().partition(" ")
    return f"{last}, {first}" if last else "\0"


def _plan_kind(text: str) -> str:
    """A Section 504 plan calls itself so and no individualized education program."""
    low = text[:3000].lower()
    is_504 = "section 504" in low or "504 plan" in low or "504 accommodation" in low
    return "504" if is_504 and "individualized education" not in low else "IEP"
