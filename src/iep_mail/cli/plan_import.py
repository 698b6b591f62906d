"""iep import: reading the plan from its document, fact by fact under the parent's eye."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import long_day, paragraph, places

if TYPE_CHECKING:
    from iep_mail.core.plan.proposal import Proposal, ProposedFact
    from iep_mail.model import Family, Iep

_KEYS = "[y]es, [n]o, [e]dit, [a]ll the rest, [q]uit"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--child", help="Whose plan it is, where the document does not say or you have several children."
)
@click.option("--pages", help="Read only these pages, e.g. 3-18.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the facts into this file.")
@click.option("--yes", is_flag=True, help="Keep every proposed fact without asking; check them afterwards.")
@click.option("--dry-run", is_flag=True, help="Only print what would be kept; write nothing.")
@click.pass_context
def import_plan(
    context: click.Context,
    file: Path,
    child: str | None,
    pages: str | None,
    out: Path | None,
    yes: bool,
    dry_run: bool,
) -> None:
    """Read an IEP or Section 504 plan from a PDF, Word (.docx) or text file.

    Shows each fact it finds with the page and the words it rests on, and asks you: keep it, change
    it, or leave it out. Nothing is kept that you have not seen, unless you say --yes. Scanned pages
    are pictures and cannot be read; they are named.

    \b
    Example:  iep-mail iep import "Sofia IEP 2026.pdf"
    """
    from iep_mail.adapters.config import load_config
    from iep_mail.core.plan.proposal import plan_from
    from iep_mail.jobs.plan import read_plan_document

    config_path, _ = places(context)
    family = load_config(config_path).family
    proposal = read_plan_document(file, family, _pages(pages))
    name = _whose(proposal, family, child, ask=not (yes or dry_run))
    _introduce(proposal, name)
    kept = list(proposal.facts) if yes or dry_run else _confirm(proposal)
    if not kept:
        click.echo("Nothing was kept, and nothing was written.")
        return
    plan = plan_from(name, proposal.plan, file.name, kept)
    _finish(plan, kept, config_path, out, yes=yes, dry_run=dry_run)


def _pages(text: str | None) -> tuple[int, int | None]:
    from iep_mail.errors import UsageError

    if text is None:
        return 1, None
    found = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)?)?\s*", text)
    first = int(found[1]) if found else 0
    last = (int(found[2]) if found[2] else None if "-" in text else first) if found else None
    if not first or (last is not None and last < first):
        raise UsageError(f"“{text}” names no pages.", "Write them as --pages 3-18, or --pages 7.")
    return first, last


def _whose(proposal: Proposal, family: Family, wanted: str | None, *, ask: bool) -> str:
    from iep_mail.errors import UsageError

    children = [child.name for child in family.children]
    if wanted:
        named = [c.name for c in family.children if wanted.casefold() in {n.casefold() for n in c.names}]
        if not named:
            raise UsageError(
                f"There is no child “{wanted}” in config.toml.", f"Known: {', '.join(children) or 'none'}."
            )
        return named[0]
    if proposal.child:
        return proposal.child
    if len(children) == 1:
        return children[0]
    if ask and children:
        return str(click.prompt("Whose plan is it?", type=click.Choice(children)))
    raise UsageError("The document does not say whose plan it is.", "Name your child: --child NAME.")


def _introduce(proposal: Proposal, child: str) -> None:
    kind = "a Section 504 plan" if proposal.plan == "504" else "an IEP"
    count = len(proposal.facts)
    click.echo(
        paragraph(f"{proposal.document}: read as {kind} for {child}. {count} facts were found."), err=True
    )
    for note in proposal.notes:
        click.echo(paragraph(note, "  ", "  ! "), err=True)
    if count:
        click.echo(
            paragraph("Please compare each with the document: letters will quote what you keep here."),
            err=True,
        )
        click.echo(err=True)


def _confirm(proposal: Proposal) -> list[ProposedFact]:
    """The facts that the parent keeps, as they left them. Quitting keeps none."""
    kept: list[ProposedFact] = []
    everything = False
    for number, fact in enumerate(proposal.facts, 1):
        show_fact(fact, f"{number} of {len(proposal.facts)}  ")
        if everything:
            kept.append(fact)
            continue
        answer = click.prompt(f"  Keep it? {_KEYS}", default="y", show_default=False).strip().lower()[:1]
        if answer == "q":
            return []
        if answer == "e":
            fact = _edited(fact)
        everything = answer == "a"
        if answer != "n":
            kept.append(fact)
        click.echo()
    return kept


def show_fact(fact: ProposedFact, number: str = "") -> None:
    """One proposed fact with its page, the words it rests on and what is doubtful."""
    from iep_mail.core.plan.proposal import TITLES

    page = f"page {fact.page}" if fact.page else "page not known"
    click.echo(paragraph(f"{TITLES[fact.field]}: {told(fact.fact)} ({page})", "    ", number))
    quote = fact.quote if len(fact.quote) <= 300 else fact.quote[:299].rsplit(" ", 1)[0] + " …"
    click.echo(click.style(paragraph(f"“{quote}”", "      "), dim=True))
    if fact.doubt:
        click.echo(paragraph(f"Please look twice: {fact.doubt}.", "      "))


def told(fact: Any) -> str:
    """A fact in one line."""
    from iep_mail.core.letters.iep import wording
    from iep_mail.model import IepGoal, IepService, ProgressReporting

    if isinstance(fact, date):
        return long_day(fact)
    if isinstance(fact, ProgressReporting):
        return f"every {fact.every}" if fact.every else fact.text
    if isinstance(fact, IepService):
        span = " to ".join(long_day(d) for d in (fact.start, fact.end) if d)
        return " · ".join(filter(None, (wording(fact), fact.setting, fact.provider, span)))
    measure = f" (measured: {fact.measure})" if isinstance(fact, IepGoal) and fact.measure else ""
    return f"{wording(fact)}{measure}"


def _edited(fact: ProposedFact) -> ProposedFact:
    """The fact as the parent writes it; an empty answer keeps a value, a dash clears it."""
    click.echo("  Press Enter to keep what stands in brackets; type - to clear it.")
    if isinstance(fact.fact, date):
        return replace(fact, fact=_asked("date", fact.fact, date), doubt="")
    changes: dict[str, Any] = {}
    for field in fields(fact.fact):
        if field.name == "quote":
            continue
        value = getattr(fact.fact, field.name)
        kind = date if "date" in str(field.type) else int if "int" in str(field.type) else str
        if field.name != "dates":
            changes[field.name] = _asked(field.name.replace("_", " "), value, kind)
    changed = replace(fact.fact, **changes)
    return replace(fact, fact=changed, page=changes.get("page", fact.page), doubt="")


def _asked(label: str, value: Any, kind: type) -> Any:
    shown = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    while True:
        answer = str(click.prompt(f"    {label}", default=shown, show_default=bool(shown))).strip()
        if answer == "-":
            return "" if kind is str else None
        try:
            if kind is str:
                return answer
            if not answer:
                return None
            return date.fromisoformat(answer) if kind is date else int(answer)
        except ValueError:
            click.echo(
                "    A date is written 2026-01-31." if kind is date else "    Please write a whole number."
            )


def _finish(
    plan: Iep, kept: list[ProposedFact], config_path: Path, out: Path | None, *, yes: bool, dry_run: bool
) -> None:
    from iep_mail.adapters.iep_writer import name_in_config, plan_toml
    from iep_mail.jobs.plan import keep_plan

    remarks = [f"Read from {plan.document} by iep-mail iep import."]
    if yes or dry_run:
        remarks.append("Not yet compared with the document line by line: please do, and take this line out.")
    remarks += [f"Please look twice at {told(f.fact)}: {f.doubt}." for f in kept if f.doubt]
    if dry_run:
        click.echo(plan_toml(plan, remarks), nl=False)
        return
    path = keep_plan(plan, tuple(remarks), config_path, out)
    click.echo(f"Wrote {path} with {len(kept)} facts.")
    if yes or click.confirm(f"Name it in {config_path.name}, so that letters use it?", default=True):
        if name_in_config(config_path, plan.child, path):
            click.echo(f"Named it in {config_path} (the old one is {config_path.stem}.toml.old).")
        else:
            click.echo(f'Please add to {config_path}, under {plan.child}:  iep = "{path.name}"')
    click.echo("Look for gaps with:  iep-mail iep check")
