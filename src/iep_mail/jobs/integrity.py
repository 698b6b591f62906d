"""Whether everything kept is whole, and computing everything anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from iep_mail.adapters.chain import ChainReport
from iep_mail.adapters.search_index import drop_index
from iep_mail.core.dump import dump_casebook
from iep_mail.jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    chain: ChainReport
    problems: tuple[str, ...]  # of the file itself, one sentence each

    @property
    def good(self) -> bool:
        return not self.chain.broken and not self.problems


def check(workspace: Workspace) -> Checked:
    """The hash chain and the store's file."""
    workspace.store.seal()
    return Checked(workspace.store.check_chain(), workspace.store.integrity())


def rebuild(workspace: Workspace, today: date, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Throws away everything computed and computes it anew; returns whether the result is the same."""
    progress("Computing with what is there …")
    before = dump_casebook(workspace.casebook(today))
    progress("Throwing away what was computed …")
    workspace.store.clear_computed()
    drop_index(workspace.data)
    progress("Reading every message anew …")
    return dump_casebook(workspace.casebook(today)) == before
