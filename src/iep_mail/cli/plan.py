"""iep: what the plan says, whether its file is right, and reading it from the document."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.documents import compare_plans
from iep_mail.cli.output import Day, echo_json, json_option, long_day, now, paragraph, places
from iep_mail.cli.plan_import import import_plan

if TYPE_CHECKING:
    from iep_mail.jobs.plan import Finding
    from iep_mail.model import Family, Iep, IepStatement


@click.group()
def iep() -> None:
    """The facts of your child's IEP or Section 504 plan.

    Letters say "The IEP states …" only from these facts, with the page.

    \b
    Example:  iep-mail iep show
    """


@iep.command("show")
@click.argument("child", required=False)
@click.option("--on", "day", type=Day(), help="The plan as it was in force on this day, e.g. 2026-01-15.")
@json_option
@click.pass_context
def iep_show(context: click.Context, child: str | None, day: date | None, as_json: bool) -> None:
    """What the plan states, as it is in force today or on another day.

    \b
    Example:  iep-mail iep show Sofia --on 2026-01-15
    """
    from iep_mail.core.letters.iep import facts_in_force
    from iep_mail.jobs.plan import plans_of

    family = _family(context)
    plans, problems = plans_of(family)
    day = day or _today(family)
    chosen = _children(family, child)
    current = [plan for name in chosen for plan in facts_in_force(plans, name, day)]
    if as_json:
        echo_json([_as_json(plan) for plan in current])
    else:
        for name in chosen:
            _show_child(name, [p for p in current if p.child == name], plans, day)
    for problem in problems:
        click.echo(paragraph(problem), err=True)
    if problems:
        sys.exit(1)


@iep.command("check")
@click.pass_context
def iep_check(context: click.Context) -> None:
    """Look for mistakes in the plan's file: unknown keys, dates that contradict, missing pages, gaps.

    \b
    Exit code   0  nothing is wrong (there may be things to look at)
                2  a mistake: the file is not used until it is mended

    \b
    Example:  iep-mail iep check
    """
    from iep_mail.jobs.plan import check_plans

    checked = check_plans(_family(context))
    if not checked:
        click.echo("No plan file is named in config.toml. Write one from the document itself with:")
        click.echo("  iep-mail iep import FILE.pdf")
    for path, plans, findings in checked:
        click.echo(click.style(f"{path}: {_held(plans)}", bold=True))
        for finding in findings:
            _show_finding(finding, str(path))
        if not findings:
            click.echo("  Nothing is wrong.")
    if any(f.mistake for _, _, findings in checked for f in findings):
        sys.exit(2)


def _show_finding(finding: Finding, path: str) -> None:
    label = "Mistake" if finding.mistake else "Please look"
    what = finding.what.removeprefix(path).lstrip(",: ")
    click.echo(paragraph(what, "    ", f"  {label}: "))
    click.echo(paragraph(finding.remedy, "    ", "    → "))


def _held(plans: tuple[Iep, ...]) -> str:
    if not plans:
        return "not used"
    facts = sum(len(p.services) + len(p.accommodations) + len(p.goals) for p in plans)
    return f"{len(plans)} plan{'s' * (len(plans) != 1)}, {facts} facts"


def _family(context: click.Context) -> Family:
    from iep_mail.adapters.config import load_config

    return load_config(places(context)[0]).family


def _today(family: Family) -> date:
    from zoneinfo import ZoneInfo

    return now().astimezone(ZoneInfo(family.timezone)).date()


def _children(family: Family, wanted: str | None) -> list[str]:
    from iep_mail.errors import UsageError

    if wanted is None:
        return [child.name for child in family.children]
    named = [c.name for c in family.children if wanted.casefold() in {n.casefold() for n in c.names}]
    if not named:
        raise UsageError(
            f"There is no child “{wanted}” in config.toml.",
            f"Known: {', '.join(c.name for c in family.children) or 'none'}.",
        )
    return named


def _show_child(child: str, current: list[Iep], plans: tuple[Iep, ...], day: date) -> None:
    click.echo(click.style(f"{child}, {long_day(day)}", bold=True))
    if not current:
        mine = [p for p in plans if p.child == child]
        click.echo(_no_plan(mine, day))
    for plan in current:
        _show_plan(plan)
    click.echo()


def _no_plan(plans: list[Iep], day: date) -> str:
    if not plans:
        return "  No plan is stored. Read it from the document with: iep-mail iep import FILE.pdf"
    ended = max((p.effective_to for p in plans if p.effective_to and p.effective_to < day), default=None)
    last = f" The last one ended on {long_day(ended)}." if ended else ""
    return f"  No plan is in force on this day.{last} Nothing is quoted for it."


def _show_plan(plan: Iep) -> None:
    name = "Section 504 plan" if plan.plan == "504" else "IEP"
    until = f" to {long_day(plan.effective_to)}" if plan.effective_to else ""
    begins = f", in force from {long_day(plan.effective_from)}{until}" if plan.effective_from else ""
    click.echo(f"  {plan.document or name}{begins}")
    dates = (
        ("Annual review by", plan.annual_review),
        ("Last evaluation", plan.last_evaluation),
        ("Re-evaluation by", plan.reevaluation_due),
    )
    for label, day in dates:
        if day:
            click.echo(f"  {label}: {long_day(day)}")
    _show_services(plan)
    _show_list("Accommodations", [(a.text, a.page) for a in plan.accommodations])
    _show_list("Goals", [(g.text + (f" ({g.measure})" if g.measure else ""), g.page) for g in plan.goals])
    singles: tuple[tuple[str, IepStatement | None], ...] = (
        ("Placement", plan.placement),
        ("Behavior plan", plan.behavior_plan),
        ("Transport", plan.transport),
    )
    for title, fact in singles:
        _show_list(title, [(fact.text, fact.page)] if fact else [])
    if progress := plan.progress_reports:
        words = progress.text or (f"every {progress.every}" if progress.every else "")
        days = ", ".join(long_day(d) for d in progress.dates)
        _show_list("Progress reports", [(": ".join(filter(None, (words, days))), progress.page)])


def _show_services(plan: Iep) -> None:
    from iep_mail.core.letters.iep import wording

    lines = []
    for service in plan.services:
        more = [part for part in (service.setting, service.provider) if part]
        lines.append((f"{wording(service)}{' · ' * bool(more)}{' · '.join(more)}", service.page))
    _show_list("Services", lines)


def _show_list(title: str, entries: list[tuple[str, int | None]]) -> None:
    if entries:
        click.echo(f"  {title}")
    for text, page in entries:
        where = f"page {page}: " if page else "(no page) "
        click.echo(paragraph(where + text, "      ", "    • "))


def _as_json(plan: Iep) -> dict[str, object]:
    from dataclasses import asdict

    return {key: _plain(value) for key, value in asdict(plan).items()}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


iep.add_command(import_plan)
iep.add_command(compare_plans)

COMMANDS = (iep,)
