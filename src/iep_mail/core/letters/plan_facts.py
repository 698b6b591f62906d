"""What letters may say of the plan: only stored facts, in force on the day they are about, with their page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from iep_mail.core.letters.iep import facts_in_force, plan_of, statement_for, wording
from iep_mail.core.reading.sentences import content_words
from iep_mail.data import load
from iep_mail.model import Iep, IepGoal, IepService, IepStatement

NAMES = {"IEP": ("IEP", "IEP team"), "504": ("Section 504 plan", "Section 504 team")}
_MOST_STATED = 3


def plan_kind(ieps: Sequence[Iep], child: str | None, day: date) -> str:
    """“504” where all the plans that the child has on `day` are Section 504 plans, else “IEP”.

    Where none is in force that day, the plans before and after it tell.
    """
    plans = facts_in_force(ieps, child, day) or [p for p in ieps if child is None or p.child == child]
    return "504" if plans and all(plan.plan == "504" for plan in plans) else "IEP"


def plan_names(kind: str) -> dict[str, object]:
    plan, team = NAMES.get(kind, NAMES["IEP"])
    return {"plan_kind": kind, "plan_name": plan, "team_name": team}


def quoted_fact(
    fact: IepService | IepStatement | None, ieps: Sequence[Iep], child: str | None, day: date
) -> dict[str, object]:
    """`statement`, `iep_page` and the plan's name for a fact that was found in force on `day`."""
    if fact is None:
        return {}
    kind = "504" if "504" in plan_of(fact, ieps, child, day) else "IEP"
    return {"statement": wording(fact), "iep_page": fact.page, **plan_names(kind)}


def stated(texts: Iterable[tuple[str, date]], ieps: Sequence[Iep], child: str | None) -> str:
    """One sentence for each fact that the texts speak of, each looked up for its own day; a fact
    without a page is left out."""
    found: dict[str, None] = {}
    for text, day in texts:
        fact = statement_for(text, ieps, child, day)
        if fact is None or fact.page is None:
            continue
        found[stated_sentence(quoted_fact(fact, ieps, child, day))] = None
    return " ".join(list(found)[:_MOST_STATED])


def stated_sentence(quoted: Mapping[str, object]) -> str:
    """“The IEP states, on page 11: …” from what `quoted_fact` gave."""
    text = load("letters")["sentences"]["stated"]
    return str(text.format(plan=quoted["plan_name"], page=quoted["iep_page"], text=quoted["statement"]))


def named_parts(ieps: Sequence[Iep], child: str | None, day: date) -> dict[str, str]:
    """What the plan in force states about behavior, reports and placement, each with its page."""
    found: dict[str, str] = {}
    for plan in facts_in_force(ieps, child, day):
        name = plan_names(plan.plan)["plan_name"]
        reports = plan.progress_reports
        parts = {
            "stated_behavior": plan.behavior_plan,
            "stated_placement": plan.placement,
            "stated_reports": IepStatement(reports.text, reports.page) if reports else None,
        }
        for key, fact in parts.items():
            if fact is not None and fact.page and fact.text:
                words = {"plan_name": name, "iep_page": fact.page, "statement": wording(fact)}
                found[key] = stated_sentence(words)
    return found


def goal_sentence(text: str, ieps: Sequence[Iep], child: str | None, day: date) -> str:
    """The goal that `text` speaks of, with its page; "" where none or more than one fits."""
    goals = [goal for plan in facts_in_force(ieps, child, day) for goal in plan.goals if goal.page]
    spoken = content_words(text)
    scores = [len(content_words(goal.text) & spoken) for goal in goals]
    best = max(scores, default=0)
    if best < 2 or scores.count(best) > 1:
        return ""
    return goal_as_sentence(goals[scores.index(best)])


def goal_as_sentence(goal: IepGoal | IepStatement) -> str:
    text = load("letters")["sentences"]["goal"]
    return str(text.format(page=goal.page, text=wording(goal)))
