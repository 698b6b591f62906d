"""What is doubtful in the plans that a parent wrote down: missing pages, gaps, overlaps, odd dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from iep_mail.core.plan.amounts import parse_frequency
from iep_mail.model import Iep, IepService, IepStatement

DAY = timedelta(days=1)
_YEAR = timedelta(days=366)
_THREE_YEARS = timedelta(days=3 * 365 + 1)

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may be right but wants a look. `plan` is the index of the plan, `key` the place in it."""

    plan: int
    key: Key
    what: str
    remedy: str


def doubts(plans: Sequence[Iep], children: Sequence[str]) -> tuple[Doubt, ...]:
    """Everything doubtful, in the order of the plans. `children` are the names that the family uses."""
    known = {name.casefold() for name in children}
    found: list[Doubt] = []
    for index, plan in enumerate(plans):
        if plan.child.casefold() not in known:
            found.append(
                Doubt(
                    index,
                    ("child",),
                    f"`child` is {plan.child}, and no child of config.toml has that name, so this plan is not used",
                    f"Write the name as in config.toml: {', '.join(children)}.",
                )
            )
        found += _dates(index, plan)
        found += _services(index, plan)
        found += _pages(index, plan)
    return (*found, *_years(plans))


def _dates(index: int, plan: Iep) -> Iterator[Doubt]:
    if plan.effective_from is None:
        yield Doubt(
            index,
            ("effective_from",),
            "the day from which this plan is in force is missing, so letters may quote it for any earlier day",
            "Add effective_from = 2025-09-02, with the date on the plan's first page.",
        )
    start = plan.meeting_on or plan.effective_from
    if start and plan.annual_review and plan.annual_review - start > _YEAR:
        yield Doubt(
            index,
            ("annual_review",),
            f"the annual review ({plan.annual_review}) lies more than a year after {start}",
            "A plan is reviewed at least once a year (34 CFR 300.324(b)): check the year.",
        )
    if plan.effective_from and plan.effective_to and plan.effective_to - plan.effective_from > _YEAR:
        yield Doubt(
            index,
            ("effective_to",),
            f"this plan is in force for more than a year ({plan.effective_from} to {plan.effective_to})",
            "Most plans run for a year: check both dates.",
        )
    if (
        plan.last_evaluation
        and plan.reevaluation_due
        and plan.reevaluation_due - plan.last_evaluation > _THREE_YEARS
    ):
        yield Doubt(
            index,
            ("reevaluation_due",),
            f"the next evaluation ({plan.reevaluation_due}) lies more than three years after the last",
            "It is due at least every three years (34 CFR 300.303(b)(2)): check the year.",
        )


def _services(index: int, plan: Iep) -> Iterator[Doubt]:
    for n, service in enumerate(plan.services):
        key: Key = ("services", n)
        yield from _amount(index, key, service)
        if plan.effective_from and service.start and service.start < plan.effective_from:
            yield Doubt(
                index,
                (*key, "start"),
                f"{service.name} starts on {service.start}, before the plan ({plan.effective_from})",
                "Check both dates.",
            )
        if plan.effective_to and service.end and service.end > plan.effective_to:
            yield Doubt(
                index,
                (*key, "end"),
                f"{service.name} ends on {service.end}, after the plan ({plan.effective_to})",
                "Check both dates.",
            )


def _amount(index: int, key: Key, service: IepService) -> Iterator[Doubt]:
    if service.minutes is None or not service.frequency:
        missing = " and ".join(
            word
            for word, given in (("minutes", service.minutes), ("frequency", service.frequency))
            if not given
        )
        yield Doubt(
            index,
            key,
            f"{service.name} has no {missing}, so missed sessions cannot be counted against the plan",
            'Add them as the plan has them: minutes = 30, frequency = "2 times per week".',
        )
    elif parse_frequency(service.frequency) is None:
        yield Doubt(
            index,
            (*key, "frequency"),
            f"the frequency of {service.name} (“{service.frequency}”) cannot be counted",
            'Write it like "2 times per week", "1 time per month" or "per week".',
        )


def _pages(index: int, plan: Iep) -> Iterator[Doubt]:
    facts: list[tuple[Key, IepService | IepStatement | None]] = [
        *((("services", n), s) for n, s in enumerate(plan.services)),
        *((("accommodations", n), a) for n, a in enumerate(plan.accommodations)),
        *((("goals", n), g) for n, g in enumerate(plan.goals)),
        (("placement",), plan.placement),
        (("behavior_plan",), plan.behavior_plan),
        (("transport",), plan.transport),
    ]
    for key, fact in facts:
        if fact is not None and fact.page is None:
            name = fact.name if isinstance(fact, IepService) else _short(fact.text)
            yield Doubt(
                index,
                key,
                f"“{name}” has no page",
                "Add page = 7, so that a letter can say where the plan states it.",
            )


def _years(plans: Sequence[Iep]) -> Iterator[Doubt]:
    """Days between two plans of one child on which none is in force, and days with two."""
    lines: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for index, plan in enumerate(plans):
        if plan.effective_from:
            lines.setdefault((plan.child, plan.plan), []).append((plan.effective_from, index))
    for order in lines.values():
        order.sort()
        for (_, first), (start, second) in pairwise(order):
            end = plans[first].effective_to
            if end and end + DAY < start:
                yield Doubt(
                    second,
                    ("effective_from",),
                    f"from {end + DAY} to {start - DAY} no plan is in force",
                    "Check when the earlier plan ended. Nothing is quoted for those days.",
                )
            elif end is None or end >= start:
                until = end if end and end <= (plans[second].effective_to or end) else None
                days = f"from {start}" + (f" to {until}" if until else "")
                yield Doubt(
                    second,
                    ("effective_from",),
                    f"{days} two plans are in force; the one that began later is used",
                    "If that is right, write effective_to into the earlier plan.",
                )


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:49].rsplit(" ", 1)[0] + "…"
