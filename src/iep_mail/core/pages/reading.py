"""How the reading of the mail ended, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from iep_mail.core.pages.words import without_commands
from iep_mail.model import Casebook, FlagKind, MailboxReport


def how_it_ended(
    reports: Sequence[MailboxReport], book: Casebook, known: Collection[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What was found, in sentences, and each mailbox that was not read to its end as (what, what to do).

    `known` are the flags from before the run.
    """
    new = sum(report.new for report in reports)
    whole = all(report.complete for report in reports)
    found = f"{new:,} new message{'s' * (new != 1)}" if new else "No new mail"
    told = [f"{found} with the school." if whole else f"{found} with the school, as far as it could be read."]
    fresh = sum(f.id not in known and f.kind is not FlagKind.MAILBOX_NOT_READ for f in book.flags)
    if fresh:
        told.append(f"{fresh} more matter{'s want' if fresh != 1 else ' wants'} you now.")
    elif new:
        told.append("Nothing more wants you because of it.")
    unread = [r for r in reports if not r.complete]
    return tuple(told), tuple(
        (
            without_commands(f"{r.account}: {r.problem or 'it was not read to its end.'}"),
            without_commands(r.remedy),
        )
        for r in unread
    )
