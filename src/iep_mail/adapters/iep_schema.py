"""The tables of an IEP file and the types of their keys."""

from __future__ import annotations

from datetime import date

import msgspec


class Table(msgspec.Struct, kw_only=True):
    pass


class ServiceTable(Table):
    name: str
    minutes: int | None = None
    frequency: str = ""
    setting: str = ""
    provider: str = ""
    page: int | None = None
    start: date | None = None
    end: date | None = None
    quote: str = ""


class StatementTable(Table):
    text: str
    page: int | None = None
    date: date | None = None
    quote: str = ""


class GoalTable(StatementTable):
    measure: str = ""
    baseline: str = ""


class ProgressTable(Table):
    text: str = ""
    page: int | None = None
    every: str = ""
    dates: list[date] = []


class PlanTable(Table):
    """The keys of a plan that hold one value."""

    child: str
    plan: str = "IEP"
    document: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    meeting_on: date | None = None
    annual_review: date | None = None
    last_evaluation: date | None = None
    reevaluation_due: date | None = None


# Tables in double brackets, one for each fact, and tables that stand once.
LISTS: dict[str, type[Table]] = {
    "services": ServiceTable,
    "accommodations": StatementTable,
    "goals": GoalTable,
}
SINGLES: dict[str, type[Table]] = {
    "placement": StatementTable,
    "behavior_plan": StatementTable,
    "transport": StatementTable,
    "progress_reports": ProgressTable,
}
PLANS = ("IEP", "504")
PERIODS = ("report card", "marking period", "quarter", "trimester", "semester", "month", "week", "year")

# msgspec's words for a type, in a parent's.
TYPES = {
    "str": "a text between quotation marks",
    "int": "a whole number",
    "int | null": "a whole number",
    "date": "a date such as 2025-09-30",
    "date | null": "a date such as 2025-09-30",
    "array": "a list in brackets",
    "object": "a table",
}
EXAMPLES = {
    "child": 'child = "Sofia Rivera"',
    "name": 'name = "Speech-language therapy"',
    "text": 'text = "Extended time on tests"',
}
