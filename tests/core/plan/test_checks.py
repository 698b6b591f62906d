from dataclasses import replace
from datetime import date

import pytest

from iep_mail.core.plan.checks import doubts
from iep_mail.model import Iep, IepGoal, IepService, IepStatement

SPEECH = IepService(name="Speech therapy", minutes=30, frequency="2 times per week", page=6)
PLAN = Iep(
    child="Mateo Delgado",
    effective_from=date(2025, 9, 2),
    effective_to=date(2026, 9, 1),
    annual_review=date(2026, 9, 1),
    services=(SPEECH,),
    accommodations=(IepStatement("Extra time on tests", 8),),
    goals=(IepGoal("Reads aloud", 4),),
)
NAMES = ("Mateo Delgado", "Teo")


def said(*plans: Iep) -> list[str]:
    return [d.what for d in doubts(plans, NAMES)]


def test_a_sound_plan_raises_no_doubt() -> None:
    assert said(PLAN) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"child": "Mateo D."}, "no child of config.toml"),
        ({"effective_from": None}, "is missing"),
        ({"annual_review": date(2027, 9, 1)}, "more than a year"),
        ({"effective_to": date(2027, 9, 1)}, "in force for more than a year"),
        ({"last_evaluation": date(2024, 1, 9), "reevaluation_due": date(2027, 6, 1)}, "three years"),
        ({"services": (replace(SPEECH, page=None),)}, "has no page"),
        ({"goals": (IepGoal("Reads aloud"),)}, "“Reads aloud” has no page"),
        ({"placement": IepStatement("General education")}, "has no page"),
        ({"services": (replace(SPEECH, minutes=None),)}, "no minutes"),
        ({"services": (replace(SPEECH, minutes=None, frequency=""),)}, "no minutes and frequency"),
        ({"services": (replace(SPEECH, frequency="as needed"),)}, "cannot be counted"),
        ({"services": (replace(SPEECH, start=date(2025, 8, 1)),)}, "before the plan"),
        ({"services": (replace(SPEECH, end=date(2026, 10, 1)),)}, "after the plan"),
    ],
)
def test_what_is_doubtful(change: dict[str, object], words: str) -> None:
    (what,) = said(replace(PLAN, **change))
    assert words in what


def test_days_without_and_with_two_plans() -> None:
    later = replace(PLAN, effective_from=date(2026, 9, 20), effective_to=None, annual_review=None)
    assert said(PLAN, later) == ["from 2026-09-02 to 2026-09-19 no plan is in force"]
    early = replace(later, effective_from=date(2026, 6, 1))
    assert said(early, PLAN) == [
        "from 2026-06-01 to 2026-09-01 two plans are in force; the one that began later is used"
    ]
    assert said(PLAN, replace(later, effective_from=date(2026, 9, 2))) == []
