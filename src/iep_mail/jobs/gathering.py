"""Bringing a mailbox's news into the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import Limits, poll_mailbox
from iep_mail.core.decisions.kinds import Said, in_effect
from iep_mail.core.decisions.mail import mail_word, taught_family
from iep_mail.core.filing.relevance import is_possible_bounce, is_school_envelope
from iep_mail.core.reading.message import read_envelope
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Envelope, Family, Mailbox, MailboxReport

Progress = Callable[[str, int, int], None]


def poll(
    workspace: Workspace,
    mailbox: Mailbox,
    *,
    folders: tuple[str, ...] | None = None,
    limits: Limits = Limits(),
    progress: Progress | None = None,
) -> MailboxReport:
    """Reads the school's new mail of one mailbox, or of some of its folders, into the store.

    Raises LoginError, CertificateError and MailboxError where it cannot begin; what happens later is
    told in the report.
    """
    family = _taught(workspace)

    def wanted(envelope: Envelope) -> bool:
        return is_school_envelope(envelope, family) or is_possible_bounce(envelope)

    return poll_mailbox(
        mailbox if folders is None else replace(mailbox, folders=folders),
        password_for(mailbox),
        workspace.store,
        terms=search_terms(family),
        wanted=wanted,
        read_envelope=read_envelope,
        limits=limits,
        progress=progress,
    )


def _taught(workspace: Workspace) -> Family:
    """The family with the people whose mail the parent said is the school's: their older mail is searched
    for as a new contact's is."""
    said = [d for d in in_effect(workspace.store.all_decisions()) if d.kind == Said.IS_SCHOOL]
    if not said:
        return workspace.family
    messages = workspace.messages()
    return taught_family(workspace.family, messages, mail_word(messages, said, workspace.family))


def search_terms(family: Family) -> tuple[str, ...]:
    """What a server is asked for: the school's domains, and addresses that lie on none of them."""
    domains = tuple(domain.lower() for domain in family.school.domains)
    others = [c.address.lower() for c in family.school.contacts] + sorted(family.portal_addresses)
    outside = [a for a in others if not any(a.endswith(("@" + d, "." + d)) for d in domains)]
    return tuple(dict.fromkeys((*domains, *outside)))
