"""The outbox laid over the proposals: letters as the parent left them, and what has been sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.kinds import Said
from iep_mail.core.sending.recognise import same_mail
from iep_mail.core.sending.states import OPEN, Standing, sentence, standings
from iep_mail.errors import UsageError
from iep_mail.model import Decision, Draft, DraftStatus, Journal, LetterVersion, Message, SentLetter

OWN_COPY = "Sent by iep-mail"  # the folder name of a mail that iep-mail sent itself
_NO_LONGER = "What it is about was settled meanwhile, or another letter has taken its place."
PLACED, MAIL_APP, APPROVED = "placed", "mail_app", "approved"


def lying_versions(journal: Journal) -> dict[str, LetterVersion]:
    """Of each letter the version that lies in the Drafts folder, as far as it was last seen there."""
    return {v.draft_id: v for v in journal.versions if v.origin in (PLACED, MAIL_APP)}


def find_letter(drafts: Sequence[Draft], wanted: str) -> Draft:
    """The letter whose id is or begins with `wanted`. Raises UsageError where there is none, or several."""
    hits = [d for d in drafts if d.id == wanted] or [d for d in drafts if d.id.startswith(wanted)]
    if len(hits) == 1:
        return hits[0]
    if not hits or not wanted:
        raise UsageError(f"There is no draft “{wanted}”.", "See them all with: iep-mail drafts")
    raise UsageError(f"“{wanted}” fits more than one draft.", "Write a few more characters of it.")


def until(journal: Journal, today: date, zone: ZoneInfo) -> Journal:
    """The journal as it stood at the end of `today`."""
    return Journal(
        tuple(v for v in journal.versions if v.at.astimezone(zone).date() <= today),
        tuple(e for e in journal.entries if e.at.astimezone(zone).date() <= today),
        tuple(a for a in journal.approvals if a.at.astimezone(zone).date() <= today),
    )


def latest_versions(journal: Journal) -> dict[str, LetterVersion]:
    return {version.draft_id: version for version in journal.versions}


def letter_states(journal: Journal) -> Mapping[str, Standing]:
    """The state of every letter; an approval of an older version than the newest does not hold."""
    versions = {draft_id: v.id for draft_id, v in latest_versions(journal).items()}
    approved = {a.binding: a.version for a in journal.approvals}
    return {
        draft_id: replace(state, status=DraftStatus.DRAFTED, binding="", not_before=None)
        if state.status is DraftStatus.APPROVED and approved.get(state.binding) != versions.get(draft_id)
        else state
        for draft_id, state in standings(journal).items()
    }


def with_journal(
    proposed: Sequence[Draft], journal: Journal, decided: Sequence[Decision], zone: ZoneInfo
) -> tuple[Draft, ...]:
    """The proposals as the parent changed, approved, sent or discarded them, then the letters that are
    kept though they are no longer proposed."""
    states, versions = letter_states(journal), latest_versions(journal)
    discarded = {d.subject for d in decided if d.kind == Said.DISCARD_DRAFT}
    proposals = {draft.id: draft for draft in proposed}
    letters = [_kept(versions[d.id].draft, d) if d.id in versions else d for d in proposals.values()]
    letters += [
        replace(version.draft, flag=None, flags=())
        for draft_id, version in versions.items()
        if draft_id not in proposals
        and _stays(version, states.get(draft_id, Standing()), draft_id in discarded)
    ]
    return tuple(
        _standing(draft, states.get(draft.id, Standing()), draft.id in discarded, draft.id in proposals, zone)
        for draft in letters
    )


def _kept(draft: Draft, proposed: Draft) -> Draft:
    return replace(draft, flag=proposed.flag, flags=proposed.flags, note=proposed.note)


def _stays(version: LetterVersion, state: Standing, discarded: bool) -> bool:
    """A proposal that nobody touched goes when its reason goes; the parent's own work stays."""
    return state.status is not DraftStatus.DRAFTED or discarded or version.draft.edited


def _standing(draft: Draft, state: Standing, discarded: bool, proposed: bool, zone: ZoneInfo) -> Draft:
    if discarded and state.status in OPEN:
        return replace(draft, status=DraftStatus.DISCARDED, standing="You dropped it.")
    told = sentence(state, zone)
    if not proposed and state.status in OPEN:
        told = f"{told} {_NO_LONGER}".strip()
    return replace(draft, status=state.status, standing=told)


def answers_flag(draft: Draft) -> bool:
    """Whether a flag may still point to the letter: it has neither left, or may have, nor been dropped."""
    return draft.status in OPEN


def sent_letters(
    messages: Sequence[Message], journal: Journal
) -> tuple[tuple[Message, ...], Mapping[str, SentLetter]]:
    """The messages with every mail that iep-mail sent once, and which of them are letters of ours.

    A server may give a mail another Message-ID on its way (Microsoft's do): then its copy in Sent
    stands for it and our own copy is left out. The mapping is from sha256.
    """
    letters = {v.draft_id: _sent_letter(v.draft) for v in reversed(journal.versions)}
    sent = {d: s for d, s in standings(journal).items() if s.status is DraftStatus.SENT and d in letters}
    by_id = {
        a.message_id: letters[a.draft_id]
        for a in journal.approvals
        if a.draft_id in sent and sent[a.draft_id].binding == a.binding
    }
    by_sha = {s.sha256: letters[draft_id] for draft_id, s in sent.items() if s.sha256}
    ours = [m for m in messages if m.message_id in by_id]
    twins = {
        other.sha256: mine
        for mine in ours
        if mine.folders == (OWN_COPY,)
        for other in messages
        if other.message_id != mine.message_id and same_mail(other, mine)
    }
    left_out = {mine.sha256 for mine in twins.values()}
    known = {m.sha256: by_id[m.message_id] for m in ours}
    known |= {sha256: by_id[mine.message_id] for sha256, mine in twins.items()}
    return tuple(m for m in messages if m.sha256 not in left_out), by_sha | known


def _sent_letter(draft: Draft) -> SentLetter:
    about = draft.requests or ((draft.request,) if draft.request else ())
    return SentLetter(about, draft.letter, draft.body)
