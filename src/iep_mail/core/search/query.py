"""What a parent types into the search: words, phrases and fields.

speech "make-up sessions" -bus from:park after:2026-01-01 has:attachment
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher

from iep_mail.core.search.documents import search_kinds
from iep_mail.errors import UsageError
from iep_mail.model import SearchQuery, SearchTerm

FIELDS = ("from", "to", "case", "child", "before", "after", "on", "has", "kind", "subject", "file")
_TOKEN = re.compile(r'(?P<no>-)?(?:(?P<field>[a-zA-Z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_CURLY = str.maketrans("“”„«»", '"' * 5)


def parse_query(text: str) -> SearchQuery:
    """The query; all of its parts must hold. Raises UsageError for a date or field value that is none."""
    query = SearchQuery()
    either = False
    for found in _TOKEN.finditer(text.translate(_CURLY)):
        field = (found["field"] or "").lower()
        value = found["phrase"] if found["phrase"] is not None else found["word"]
        if value.endswith(":") and value[:-1].lower() in FIELDS and found["phrase"] is None:
            field, value = value[:-1].lower(), ""
        if field in FIELDS and field not in ("subject", "file"):
            query = _with_field(query, field, value.strip(), negated=bool(found["no"]))
            continue
        if field and field not in FIELDS:
            value = f"{found['field']} {value}"  # "Re:speech" is two words
        if value == "OR" and not field and found["phrase"] is None:
            either = bool(query.terms)
            continue
        term = SearchTerm(
            value.rstrip("*"),
            phrase=found["phrase"] is not None or bool(field and field not in FIELDS),
            prefix=value.endswith("*"),
            negated=bool(found["no"]),
            column=field if field in FIELDS else "",
            either=either,
        )
        if any(c.isalnum() for c in term.text):
            query = replace(query, terms=(*query.terms, term))
        either = False
    return query


def loosened(query: SearchQuery) -> SearchQuery | None:
    """The query with any of its words instead of all; None where that is the same."""
    wanted = [t for t in query.terms if not t.negated]
    if len(wanted) < 2 or all(t.either for t in wanted[1:]):
        return None
    return replace(query, terms=tuple(t if t.negated else replace(t, either=True) for t in query.terms))


def _with_field(query: SearchQuery, field: str, value: str, *, negated: bool) -> SearchQuery:
    if negated:
        raise UsageError(f"“-{field}:” cannot be used.", "A minus goes before a word or a phrase only.")
    if not value:
        raise UsageError(f"Nothing follows “{field}:”.", f"Write for instance {_EXAMPLES[field]}.")
    if field in ("before", "after", "on"):
        first, following = _span(field, value)
        if field == "before":
            return replace(query, before=min(filter(None, (query.before, first))))
        if field == "after":
            return replace(query, after=max(filter(None, (query.after, first))))
        return replace(query, after=first, before=following)
    if field == "has":
        if value.lower() not in ("attachment", "attachments", "file", "files"):
            raise UsageError(f"“has:{value}” is not known.", "Write has:attachment.")
        return replace(query, attachment=True)
    if field == "kind":
        kind = value.lower().replace("-", "_")
        if kind not in search_kinds():
            known = ", ".join(
                sorted(set(search_kinds()), key=lambda k: (SequenceMatcher(None, k, kind).ratio() < 0.6, k))
            )
            raise UsageError(f"No kind is called “{value}”.", f"Known: {known}.")
        return replace(query, kinds=(*query.kinds, kind))
    text = value.casefold()
    if field == "from":
        return replace(query, senders=(*query.senders, text))
    if field == "to":
        return replace(query, recipients=(*query.recipients, text))
    if field == "case":
        return replace(query, cases=(*query.cases, text))
    return replace(query, children=(*query.children, text))


_EXAMPLES = {
    "from": "from:park",
    "to": "to:park",
    "case": "case:speech",
    "child": "child:Sofia",
    "before": "before:2026-03-01",
    "after": "after:2026-01-01",
    "on": "on:2026-01-15",
    "has": "has:attachment",
    "kind": "kind:records",
}


def _span(field: str, value: str) -> tuple[date, date]:
    """The first day of a day, month or year, and the day after its last."""
    try:
        parts = [int(part) for part in value.split("-")]
        if len(parts) == 1 and len(value) == 4:
            return date(parts[0], 1, 1), date(parts[0] + 1, 1, 1)
        if len(parts) == 2 and len(value) == 7:
            year, month = parts
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        if len(parts) == 3:
            day = date(*parts)
            return day, date.fromordinal(day.toordinal() + 1)
    except ValueError:
        pass
    raise UsageError(f"“{value}” is not a date.", f"Write {field}:2026-03-01, or a month: {field}:2026-03.")
