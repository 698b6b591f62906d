"""What is put into the search index of each message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iep_mail.model import Casebook, SearchDocument


def documents(book: Casebook) -> Iterator[SearchDocument]:
    """Every message of the casebook as the index holds it, without its attachments' words."""
    titles = {case.id: case.title for case in book.cases}
    kinds = _request_kinds(book)
    for filed in book.messages:
        message = filed.message
        yield SearchDocument(
            sha256=message.sha256,
            sent_on=filed.sent_on,
            sender=str(message.sender),
            recipients=", ".join(str(a) for a in message.recipients),
            subject=message.subject,
            # Of what is quoted, the quoted message itself is found.
            text=message.full_text if message.forwarded else message.new_text or message.full_text,
            direction=str(filed.direction),
            kinds=(str(filed.kind), str(message.channel), *kinds.get(message.sha256, ())),
            case=filed.case,
            case_title=titles.get(filed.case or "", ""),
            child=filed.child,
            attachments=tuple(a for a in message.attachments),
        )


def _request_kinds(book: Casebook) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for request in book.requests:
        found.setdefault(request.sha256, {})[str(request.kind)] = None
    for seen in book.observations:
        found.setdefault(seen.sha256, {})[seen.kind] = None
    return {sha256: tuple(kinds) for sha256, kinds in found.items()}
