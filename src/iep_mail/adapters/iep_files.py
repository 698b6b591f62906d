"""The IEP's facts, from TOML files that the parent keeps beside config.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from iep_mail.adapters.config_file import ConfigText, Key, parse_toml, suggestion
from iep_mail.adapters.iep_schema import (
    EXAMPLES,
    LISTS,
    PERIODS,
    PLANS,
    SINGLES,
    TYPES,
    GoalTable,
    PlanTable,
    ProgressTable,
    ServiceTable,
    StatementTable,
    Table,
)
from iep_mail.errors import ConfigError
from iep_mail.model import Iep, IepGoal, IepService, IepStatement, ProgressReporting

AnyTable = TypeVar("AnyTable", bound=Table)
_SPAN_OF_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class IepFile:
    """One file, read. Where it holds a mistake, `mistakes` says each with file, line and remedy, and
    `plans` is empty: a plan that is half understood is not quoted."""

    path: Path
    plans: tuple[Iep, ...]
    mistakes: tuple[ConfigError, ...]
    text: ConfigText

    def place(self, key: Key) -> str:
        """`iep-sofia.toml, line 12`: where a key of the file stands."""
        line = self.text.line(key)
        return f"{self.path}, line {line}" if line else str(self.path)

    def plan_key(self, index: int) -> Key:
        """The key of the plan with this index in `plans`."""
        return ("plans", index) if ("plans", 0) in self.text.lines else ()


def load_iep(path: Path) -> tuple[Iep, ...]:
    """The plans of one file: one at the top level, or several under `[[plans]]`.

    A fact without a page is kept with `page=None`. Raises ConfigError naming the file, the key, the
    line where it can be found, and what would be right.
    """
    file = read_iep(path)
    if file.mistakes:
        raise file.mistakes[0]
    return file.plans


def read_iep(path: Path) -> IepFile:
    """The file with every mistake in it. Raises ConfigError only where it is missing or no TOML."""
    tables, text = parse_toml(path, _read(path))
    reading = _Reading(text)
    plans = _several(tables, reading) if "plans" in tables else [reading.plan(tables, ())]
    whole = tuple(plan for plan in plans if plan is not None)
    return IepFile(path, () if reading.mistakes else whole, tuple(reading.mistakes), text)


def _several(tables: dict[str, Any], reading: _Reading) -> list[Iep | None]:
    others = sorted(set(tables) - {"plans"})
    for name in others:
        reading.wrong(
            (name,),
            "stands outside of `[[plans]]`",
            "In a file with several plans, write every key under its own [[plans]].",
        )
    plans = tables["plans"]
    if not isinstance(plans, list) or not plans or not all(isinstance(plan, dict) for plan in plans):
        reading.wrong(
            ("plans",),
            "is not a list of plans",
            "Begin each plan with a line [[plans]], in two pairs of brackets.",
        )
        return []
    return [reading.plan(plan, ("plans", index)) for index, plan in enumerate(plans)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as problem:
        raise ConfigError(
            f"There is no file {path}.",
            "Write the plan's facts into it, or take the `iep` key out of config.toml.",
        ) from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(
            f"{path} is not a UTF-8 text.", "Save it again with the encoding UTF-8."
        ) from problem
    except OSError as problem:
        raise ConfigError(
            f"{path} cannot be read: {problem.strerror}.", "Check that it is a file and that you may read it."
        ) from problem


@dataclass
class _Reading:
    """Collects the mistakes while the tables are turned into plans."""

    text: ConfigText
    mistakes: list[ConfigError] = field(default_factory=list)

    def wrong(self, key: Key, what: str, remedy: str) -> None:
        line = self.text.line(key)
        place = f"{self.text.path}, line {line}" if line else str(self.text.path)
        name = f"`{_name(key)}` " if key else ""
        self.mistakes.append(ConfigError(f"{place}: {name}{what}.", remedy))

    def plan(self, table: dict[str, Any], key: Key) -> Iep | None:
        own = {name: value for name, value in table.items() if name not in LISTS | SINGLES}
        head = self.convert(own, PlanTable, key)
        services = self.entries(table, "services", ServiceTable, key)
        accommodations = self.entries(table, "accommodations", StatementTable, key)
        goals = self.entries(table, "goals", GoalTable, key)
        placement, behavior, transport = (
            self.single(table, name, StatementTable, key)
            for name in ("placement", "behavior_plan", "transport")
        )
        progress = self.single(table, "progress_reports", ProgressTable, key)
        if head is None:
            return None
        self.check_dates(head, key)
        self.check_services(services, key)
        if progress and progress.every and progress.every not in PERIODS:
            self.wrong(
                (*key, "progress_reports", "every"),
                f'is "{progress.every}"',
                suggestion(progress.every, PERIODS),
            )
        return Iep(
            **msgspec.structs.asdict(head),
            services=tuple(IepService(**msgspec.structs.asdict(s)) for s in services),
            accommodations=tuple(_statement(a) for a in accommodations),
            goals=tuple(IepGoal(**msgspec.structs.asdict(g)) for g in goals),
            placement=_statement(placement) if placement else None,
            behavior_plan=_statement(behavior) if behavior else None,
            transport=_statement(transport) if transport else None,
            progress_reports=_progress(progress) if progress else None,
        )

    def entries(self, table: dict[str, Any], name: str, kind: type[AnyTable], key: Key) -> list[AnyTable]:
        given = table.get(name, [])
        if not isinstance(given, list):
            self.wrong((*key, name), "is not a list", f"Begin each with a line [[{name}]], in two brackets.")
            return []
        found = [self.convert(entry, kind, (*key, name, n)) for n, entry in enumerate(given)]
        return [self.with_page(entry, (*key, name, n)) for n, entry in enumerate(found) if entry is not None]

    def single(self, table: dict[str, Any], name: str, kind: type[AnyTable], key: Key) -> AnyTable | None:
        if name not in table:
            return None
        found = self.convert(table[name], kind, (*key, name))
        return self.with_page(found, (*key, name)) if found else None

    def convert(self, table: Any, kind: type[AnyTable], key: Key) -> AnyTable | None:
        if not isinstance(table, dict):
            self.wrong(key, "is not a table", f"Write its keys below a line with {_header(key)}.")
            return None
        known = kind.__struct_fields__
        if kind is PlanTable:
            known = (*known, *LISTS, *SINGLES)
        for name in sorted(set(table) - set(known)):
            self.wrong(
                (*key, name),
                "is not known here",
                f"{suggestion(name, known)} Known keys are: {', '.join(known)}.",
            )
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as problem:
            self.mistyped(str(problem), key)
            return None

    def mistyped(self, problem: str, key: Key) -> None:
        """msgspec's words, as file, key, line and remedy."""
        what, _, where = problem.partition(" - at `$")
        parts: Key = (
            *key,
            *(part for part in re.split(r"[.\[\]]+", where.strip("`.")) if part not in ("", "...")),
        )
        names = re.findall(r"`([^`]+)`", what)
        if "missing required field" in what:
            self.wrong((*parts, names[0]), "is missing", f"Add a line such as: {EXAMPLES[names[0]]}")
            return
        wanted = ["date"] if "RFC3339" in what or "date" in what else names
        expected = " and not ".join(TYPES.get(name, name) for name in wanted)
        self.wrong(parts, "is not right", f"It should be {expected}." if wanted else f"{what}.")

    def with_page(self, entry: AnyTable, key: Key) -> AnyTable:
        page = getattr(entry, "page", None)
        if page is not None and page < 1:
            self.wrong((*key, "page"), f"is {page}", "Write the number of the page, or leave the key out.")
        return entry

    def check_dates(self, plan: PlanTable, key: Key) -> None:
        """Dates that contradict each other, which TOML and types cannot see."""
        if plan.plan not in PLANS:
            self.wrong((*key, "plan"), f'is "{plan.plan}"', 'It should be "IEP" or "504".')
        if not plan.child.strip():
            self.wrong((*key, "child"), "is empty", "Write the child's name as in config.toml.")
        both = "Check both dates on the plan's first page."
        orders = (
            ("effective_to", "effective_from", both),
            ("annual_review", "effective_from", "Write the date of the next review, not of the last one."),
            (
                "reevaluation_due",
                "last_evaluation",
                "Write the date of the next evaluation, not of the last.",
            ),
            ("annual_review", "meeting_on", "Write the date of the next review, not of the last one."),
        )
        for later, earlier, remedy in orders:
            last, first = getattr(plan, later), getattr(plan, earlier)
            if last and first and last < first:
                self.wrong((*key, later), f"({last}) lies before `{earlier}` ({first})", remedy)
        for name in PlanTable.__struct_fields__:
            day = getattr(plan, name)
            if isinstance(day, date) and day.year not in _SPAN_OF_YEARS:
                self.wrong((*key, name), f"({day}) is in the year {day.year}", "Check the year.")

    def check_services(self, services: Sequence[ServiceTable], key: Key) -> None:
        for index, service in enumerate(services):
            place: Key = (*key, "services", index)
            if service.start and service.end and service.end < service.start:
                self.wrong(
                    (*place, "end"),
                    f"({service.end}) lies before `start` ({service.start})",
                    "Check both dates.",
                )
            if service.minutes is not None and service.minutes <= 0:
                self.wrong((*place, "minutes"), f"is {service.minutes}", "Write the minutes of one session.")


def _statement(table: StatementTable) -> IepStatement:
    return IepStatement(table.text, table.page, table.date, table.quote)


def _progress(table: ProgressTable) -> ProgressReporting:
    return ProgressReporting(table.text, table.page, table.every, tuple(sorted(table.dates)))


def _name(key: Key) -> str:
    """`("services", 0, "page")` as `services[0].page`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _header(key: Key) -> str:
    names = ".".join(str(part) for part in key if not isinstance(part, int))
    return f"[[{names}]]" if key and isinstance(key[-1], int) else f"[{names}]"
