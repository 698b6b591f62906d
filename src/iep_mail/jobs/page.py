"""The morning page of a workspace, by the parent's own template or, where that fails, the built-in one."""

from __future__ import annotations

from collections.abc import Sequence

from iep_mail.core.letters.digest import render_digest
from iep_mail.jobs.letters import with_digest_template
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook


def morning_page(
    workspace: Workspace, book: Casebook, problems: Sequence[str] = (), notices: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """The page as text, and `problems` with what is wrong with a template of the parent's own.

    Problems and notices both stand on the page.
    """

    def rendered(template: str) -> str:
        return render_digest(
            book,
            workspace.family,
            workspace.mailboxes(),
            template,
            calendar=workspace.calendar,
            problems=(*problems, *notices),
        )

    page, unused = with_digest_template(workspace.own_templates, rendered)
    return page, (*problems, *filter(None, [unused]))
