"""What the commands share: where things are, which day it is, how lines are shown."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.errors import UsageError

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Page
    from iep_mail.jobs.deciding import Told
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import Casebook


class Day(click.ParamType[date]):
    """A day as 2026-03-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a date: write it as 2026-03-01.", param, ctx)


as_of_option = click.option(
    "--as-of",
    type=Day(),
    help="Look at everything as it stood at the end of this day, e.g. 2026-03-01.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for other programs.")


def places(context: click.Context) -> tuple[Path, Path]:
    """The config file and the data folder: option, environment, or the system's usual place."""
    from iep_mail.adapters.config import data_dir, find_config

    return find_config(context.obj["config"]), data_dir(context.obj["data"])


@contextmanager
def page_of(context: click.Context, as_of: date | None) -> Iterator[Page]:
    """The casebook with what is needed to put it into words."""
    from iep_mail.core.letters.entries import Page

    with workspace_of(context) as workspace:
        today = workspace.day_of(now())
        book = workspace.casebook(as_of or today, past=as_of is not None and as_of < today)
        yield Page.of(book, workspace.family, workspace.calendar)


@contextmanager
def workspace_of(context: click.Context) -> Iterator[Workspace]:
    from iep_mail.jobs.workspace import open_workspace

    config, data = places(context)
    with open_workspace(config, data) as workspace:
        yield workspace


def casebook_of(context: click.Context, as_of: date | None) -> Casebook:
    """The casebook of today, or of the past day that was asked for."""
    with workspace_of(context) as workspace:
        today = workspace.day_of(now())
        return workspace.casebook(as_of or today, past=as_of is not None and as_of < today)


@contextmanager
def deciding(context: click.Context) -> Iterator[tuple[Workspace, Casebook, datetime]]:
    """The opened data, today's casebook and the moment, for a command that changes something."""
    with workspace_of(context) as workspace:
        moment = now()
        yield workspace, workspace.casebook(workspace.day_of(moment)), moment


def echo_told(told: Told) -> None:
    """What was changed, in one sentence, and how to take it back."""
    click.echo(paragraph(told.says))
    click.echo(f"To take it back: {told.undo}")


def now() -> datetime:
    return datetime.now(UTC)


def echo_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False))


def echo_part(page: Page, key: str) -> None:
    """One part of the dump as JSON."""
    from iep_mail.core.dump import dump_casebook

    echo_json(dump_casebook(page.book)[key])


# What mail may hold and a terminal would obey: control characters, and those that turn text round.
_COMMANDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def echo_why(book: Casebook, item_id: str) -> None:
    """Everything that an item rests on, a paragraph each."""
    from iep_mail.core.why import why

    for line in why(book, item_id) or ():
        click.echo(paragraph(line, "  ", ""))


def plain(text: str) -> str:
    """Text of a mail as a terminal may show it."""
    return _COMMANDING.sub("", text)


def width() -> int:
    """Columns of a page: 78 where it is not a terminal, and never too wide to read."""
    return max(50, min(96, shutil.get_terminal_size((80, 24)).columns - 2))


def paragraph(text: str, indent: str = "", first: str | None = None) -> str:
    """One paragraph, wrapped; ids and commands are kept whole."""
    from iep_mail.core.wrapping import wrapped

    return wrapped(plain(text), width(), first=indent if first is None else first, rest=indent)


def letter_text(body: str, indent: str = "") -> str:
    """A letter's body: its paragraphs wrapped, its list lines hanging."""
    return "\n".join(
        paragraph(line, indent + ("  " if line.startswith("- ") else ""), indent) if line.strip() else ""
        for line in plain(body).strip().split("\n")
    )


def long_day(day: date) -> str:
    """“Fri, March 6, 2026”."""
    return f"{day:%a, %B} {day.day}, {day.year}"


def short_day(day: date) -> str:
    """“Mar  6, 2026”, all of one width for tables."""
    return f"{day:%b} {day.day:>2}, {day.year}"


def one_of(items: list[Any], wanted: str, noun: str, see: str) -> Any:
    """The item whose id is or begins with `wanted`."""
    hits = [item for item in items if item.id == wanted] or [i for i in items if i.id.startswith(wanted)]
    if len(hits) == 1:
        return hits[0]
    if not hits:
        raise UsageError(f"There is no {noun} “{wanted}”.", f"See them all with: iep-mail {see}")
    raise UsageError(f"“{wanted}” fits more than one {noun}.", "Write a few more letters of it.")
