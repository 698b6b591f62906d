"""Whether everything kept is whole, and computing everything anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from iep_mail.adapters.attachments import kept_content, kept_file
from iep_mail.adapters.chain import ChainReport
from iep_mail.adapters.remembered import forget_answers
from iep_mail.adapters.search_index import drop_index
from iep_mail.core.decisions.entries import read_entries
from iep_mail.core.decisions.kinds import in_effect
from iep_mail.core.decisions.words import day_words
from iep_mail.core.dump import dump_casebook
from iep_mail.core.remembering import forget
from iep_mail.jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    chain: ChainReport
    problems: tuple[str, ...]  # of the file itself, one sentence each

    @property
    def good(self) -> bool:
        return not self.chain.broken and not self.problems


def check(workspace: Workspace) -> Checked:
    """The hash chain, the store's file and the papers kept beside it."""
    workspace.store.seal()
    problems = (*workspace.store.integrity(), *_papers(workspace))
    return Checked(workspace.store.check_chain(), problems)


def _papers(workspace: Workspace) -> Iterator[str]:
    """A sentence for each paper of a log entry that is gone or is not what was kept."""
    for entry in read_entries(in_effect(workspace.store.all_decisions())):
        for attachment in entry.attachments:
            if kept_content(attachment.sha256, workspace.data) is None:
                kept = kept_file(attachment.sha256, workspace.data)
                yield (
                    f"“{attachment.name}”, added to your log for {day_words(entry.on)}, "
                    + ("is not what you added: it was changed or damaged." if kept.exists() else "is gone.")
                    + f" A copy may lie in {workspace.data / 'backups' / kept.parent.name / kept.name}."
                )


def rebuild(workspace: Workspace, today: date, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Throws away everything computed and computes it anew; returns whether the result is the same."""
    progress("Computing with what is there …")
    before = dump_casebook(workspace.casebook(today))
    progress("Throwing away what was computed …")
    workspace.store.clear_computed()
    drop_index(workspace.data)
    forget_answers(workspace.data)
    forget()
    progress("Reading every message anew …")
    return dump_casebook(workspace.casebook(today)) == before
