"""The IEP's facts, from a TOML file that the parent keeps beside config.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from iep_mail.errors import ConfigError
from iep_mail.model import Iep, IepService, IepStatement

_PLANS = ("IEP", "504")


class _Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What every table of the file shares: a key that is not known is a mistake."""


class _Service(_Entry):
    name: str
    minutes: int | None = None
    frequency: str = ""
    setting: str = ""
    provider: str = ""
    page: int | None = None
    start: date | None = None
    end: date | None = None


class _Accommodation(_Entry):
    text: str
    page: int | None = None
    date: date | None = None


class _Goal(_Entry):
    text: str
    page: int | None = None


class _Plan(_Entry):
    child: str
    plan: str = "IEP"
    document: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    annual_review: date | None = None
    services: list[_Service] = []
    accommodations: list[_Accommodation] = []
    goals: list[_Goal] = []


def load_iep(path: Path) -> tuple[Iep, ...]:
    """The plans of one file: one at the top level, or several under `[[plans]]`.

    A fact without a page is kept with `page=None`. Raises ConfigError naming the file, the key, the
    line where it can be found, and what would be right.
    """
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(
            f"{path} is not written as TOML should be: {problem}.",
            "Look at that line: a text stands between quotation marks, a date is written 2025-09-30.",
        ) from problem
    if "plans" not in table:
        return (_plan(table, path, text, ""),)
    others = sorted(set(table) - {"plans"})
    if others:
        raise ConfigError(
            f"{path}{_line(text, others[:1])}: `{others[0]}` stands outside of `[[plans]]`.",
            "In a file with several plans, write every key under its own [[plans]].",
        )
    plans = table["plans"]
    if not isinstance(plans, list) or not plans or not all(isinstance(plan, dict) for plan in plans):
        raise ConfigError(
            f"{path}{_line(text, ['plans'])}: `plans` is not a list of plans.",
            "Begin each plan with a line [[plans]], in two pairs of brackets.",
        )
    return tuple(_plan(plan, path, text, f"plans[{index}].") for index, plan in enumerate(plans))


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


def _plan(table: dict[str, Any], path: Path, text: str, prefix: str) -> Iep:
    try:
        plan = msgspec.convert(table, _Plan)
    except msgspec.ValidationError as problem:
        raise _mistake(str(problem), path, text, prefix) from problem
    _check(plan, path, text, prefix)
    return Iep(
        child=plan.child,
        plan=plan.plan,
        document=plan.document,
        effective_from=plan.effective_from,
        effective_to=plan.effective_to,
        annual_review=plan.annual_review,
        services=tuple(IepService(**msgspec.structs.asdict(service)) for service in plan.services),
        accommodations=tuple(IepStatement(a.text, a.page, a.date) for a in plan.accommodations),
        goals=tuple(IepStatement(goal.text, goal.page) for goal in plan.goals),
    )


def _mistake(problem: str, path: Path, text: str, prefix: str) -> ConfigError:
    """msgspec's words, as file, key, line and remedy."""
    what, _, where = problem.partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    names = re.findall(r"`([^`]+)`", what)
    if "unknown field" in what:
        key = f"{where}.{names[0]}".lstrip(".")
        return ConfigError(
            f"{path}{_line(text, _names(key))}: the key `{prefix}{key}` is not known here.",
            f"Known keys are: {', '.join(_known(where))}.",
        )
    if "missing required field" in what:
        key = f"{where}.{names[0]}".lstrip(".")
        return ConfigError(
            f"{path}{_line(text, _names(where))}: the key `{prefix}{key}` is missing.",
            f'Add a line such as: {names[0]} = "…".',
        )
    if "RFC3339" in what:
        names = ["date"]
    expected = " and not ".join(_word(name) for name in names)
    return ConfigError(
        f"{path}{_line(text, _names(where))}: the value of `{prefix}{where}` is not right.",
        f"It should be {expected}." if names else f"{what}.",
    )


_WORDS = {
    "str": "a text between quotation marks",
    "int": "a whole number",
    "int | null": "a whole number",
    "date": "a date such as 2025-09-30",
    "date | null": "a date such as 2025-09-30",
    "array": "a list of tables in double brackets",
    "object": "a table",
    "float": "a number with a point",
    "bool": "true or false",
}


def _word(name: str) -> str:
    return _WORDS.get(name, name)


def _known(where: str) -> tuple[str, ...]:
    tables: dict[str, type[msgspec.Struct]] = {
        "services": _Service,
        "accommodations": _Accommodation,
        "goals": _Goal,
    }
    return tables.get(where.partition("[")[0], _Plan).__struct_fields__


def _names(key: str) -> list[str]:
    return [name for name in re.split(r"[.\[\]]+", key) if name]


def _line(text: str, names: Iterable[str]) -> str:
    """`, line 12` of the deepest named key, where one can be found; tables are counted by their index."""
    lines, at, found = text.splitlines(), 0, 0
    pending = list(names)
    for position, name in enumerate(pending):
        if name.isdigit():
            continue
        skip = (
            int(pending[position + 1])
            if position + 1 < len(pending) and pending[position + 1].isdigit()
            else 0
        )
        pattern = re.compile(rf"\s*(?:\[\[?\s*(?:[\w-]+\.)*)?\"?{re.escape(name)}\"?\s*(?:\]|=)")
        hits = [n for n, line in enumerate(lines, 1) if n > at and pattern.match(line)]
        if skip >= len(hits):
            break
        at = found = hits[skip]
    return f", line {found}" if found else ""


def _check(plan: _Plan, path: Path, text: str, prefix: str) -> None:
    """Facts that contradict each other, which TOML and types cannot see."""

    def wrong(key: str, what: str, remedy: str) -> ConfigError:
        return ConfigError(f"{path}{_line(text, _names(key))}: `{prefix}{key}` {what}.", remedy)

    if plan.plan not in _PLANS:
        raise wrong("plan", f'is "{plan.plan}"', 'It should be "IEP" or "504".')
    if not plan.child.strip():
        raise wrong("child", "is empty", "Write the child's name as in config.toml.")
    if plan.effective_from and plan.effective_to and plan.effective_to < plan.effective_from:
        raise wrong(
            "effective_to",
            f"({plan.effective_to}) lies before `effective_from` ({plan.effective_from})",
            "Check both dates on the plan's first page.",
        )
    if plan.effective_from and plan.annual_review and plan.annual_review < plan.effective_from:
        raise wrong(
            "annual_review",
            f"({plan.annual_review}) lies before `effective_from` ({plan.effective_from})",
            "Write the date of the next review, not of the last one.",
        )
    for index, service in enumerate(plan.services):
        key = f"services[{index}]"
        if service.start and service.end and service.end < service.start:
            raise wrong(
                f"{key}.end", f"({service.end}) lies before `start` ({service.start})", "Check both dates."
            )
        if service.minutes is not None and service.minutes <= 0:
            raise wrong(f"{key}.minutes", f"is {service.minutes}", "Write the minutes of one session.")
    _check_pages(plan, wrong)


def _check_pages(plan: _Plan, wrong: Any) -> None:
    facts: dict[str, Sequence[_Service | _Accommodation | _Goal]] = {
        "services": plan.services,
        "accommodations": plan.accommodations,
        "goals": plan.goals,
    }
    for table, entries in facts.items():
        for index, entry in enumerate(entries):
            if entry.page is not None and entry.page < 1:
                raise wrong(
                    f"{table}[{index}].page",
                    f"is {entry.page}",
                    "Write the number of the page, or leave the key out.",
                )
