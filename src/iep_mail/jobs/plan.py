"""The parent's plan files: reading them, and what is wrong or doubtful in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from iep_mail.adapters.documents import read_document
from iep_mail.adapters.iep_files import IepFile, read_iep
from iep_mail.core.plan.checks import doubts
from iep_mail.core.plan.proposal import Proposal, propose
from iep_mail.errors import ConfigError
from iep_mail.model import Child, Family, Iep


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to look at. `mistake`: the file is not used until it is mended."""

    what: str  # begins with file and line
    remedy: str
    mistake: bool = False


def plans_of(family: Family) -> tuple[tuple[Iep, ...], tuple[str, ...]]:
    """The plans of every child, and a sentence for each file that could not be used."""
    plans: list[Iep] = []
    problems: list[str] = []
    for child, path in _files(family):
        try:
            file = read_iep(path)
        except ConfigError as error:
            problems.append(_unused(error))
            continue
        problems += [_unused(error) for error in file.mistakes[:1]]
        plans += [_named(plan, child) for plan in file.plans]
    return tuple(plans), tuple(problems)


def check_plans(family: Family) -> tuple[tuple[Path, tuple[Iep, ...], tuple[Finding, ...]], ...]:
    """Every plan file with its plans and everything wrong or doubtful in it; gaps and overlaps are
    looked for over all files of a child."""
    findings: dict[Path, list[Finding]] = {}
    plans: list[tuple[IepFile, int, Iep]] = []
    for child, path in _files(family):
        findings[path] = []
        try:
            file = read_iep(path)
        except ConfigError as error:
            findings[path].append(Finding(error.what, error.remedy, mistake=True))
            continue
        findings[path] += [Finding(m.what, m.remedy, mistake=True) for m in file.mistakes]
        plans += [(file, index, _named(plan, child)) for index, plan in enumerate(file.plans)]
    names = [name for child in family.children for name in child.names]
    for doubt in doubts([plan for _, _, plan in plans], names):
        file, index, _ = plans[doubt.plan]
        place = file.place((*file.plan_key(index), *doubt.key))
        findings[file.path].append(Finding(f"{place}: {doubt.what}.", doubt.remedy))
    return tuple(
        (path, tuple(plan for file, _, plan in plans if file.path == path), tuple(found))
        for path, found in findings.items()
    )


def read_plan_document(path: Path, family: Family, pages: tuple[int, int | None]) -> Proposal:
    """The facts that a document seems to state. Raises UsageError where it cannot be read."""
    document = read_document(path, *pages)
    return propose(document, {child.name: child.names for child in family.children})


def keep_plan(plan: Iep, remarks: tuple[str, ...], config_path: Path, out: Path | None) -> Path:
    """Writes the plan's file beside config.toml, or to `out`; never over another file."""
    from iep_mail.adapters.iep_writer import free_path, plan_toml, write_new

    path = out or free_path(config_path.parent, plan.child, plan.effective_from or plan.meeting_on)
    write_new(path, plan_toml(plan, remarks))
    return path


def _files(family: Family) -> Iterator[tuple[Child, Path]]:
    for child in family.children:
        for path in child.iep_paths:
            yield child, Path(path)


def _named(plan: Iep, child: Child) -> Iep:
    """The plan under the child's full name, where it is written by a nickname or in capitals."""
    own = {name.casefold() for name in child.names}
    return replace(plan, child=child.name) if plan.child.casefold() in own else plan


def _unused(error: ConfigError) -> str:
    return f"{error.what} {error.remedy} Until then no letter quotes this plan (iep-mail iep check)."
