"""Services in a plan: rows of a service table, blocks of labels, lists and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iep_mail.core.plan.amounts import Amount, find_amount
from iep_mail.core.plan.parts import TICK, Paragraph, Part, TableRow
from iep_mail.core.plan.plan_dates import dates_in, first_date
from iep_mail.core.plan.words import (
    block_labels,
    folded,
    providers,
    service_names,
    settings,
    statement_words,
    table,
)
from iep_mail.model import IepService

_NOT_HERE = frozenset({"present", "goals", "other", "progress"})
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bmin\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bhr\.)\s+(?=[A-Z“\"])")
_GROUP = re.compile(r"\[x\]\s*(ind(?:ividual)?|gr(?:ou)?p|small group)\b", re.I)


@dataclass(frozen=True, slots=True)
class FoundService:
    """A service with the words that it rests on, and why a reader should look twice ("" where sure)."""

    service: IepService
    doubt: str = ""


def services_in(parts: Sequence[Part]) -> tuple[FoundService, ...]:
    """Every service of the document, once, in its order."""
    listed = any(part.section == "services" for part in parts)
    found: list[FoundService] = []
    for part in parts:
        if part.section in ("services", "accommodations"):
            for row in part.rows:
                if part.section == "services" or is_service(row):
                    found += _of_row(row)
        if part.section == "services":
            found += _of_blocks(part.paragraphs)
        if part.section == "services" or (not listed and part.section not in _NOT_HERE):
            found += _of_text(part.paragraphs, sure=part.section == "services")
    return _once(found)


def is_service(row: TableRow) -> bool:
    """Whether a row of whatever table grants a service: it names one, with minutes and how often."""
    amount = _amount(row.cells, row.heads) if "service" in row.cells else None
    return bool(amount and amount.minutes and amount.frequency)


def _once(found: Sequence[FoundService]) -> tuple[FoundService, ...]:
    kept: dict[tuple[object, ...], FoundService] = {}
    for seen in found:
        s = seen.service
        kept.setdefault((folded(s.name), s.minutes, s.frequency, s.start, folded(s.setting)), seen)
    return tuple(kept.values())


# --- a row of a table -----------------------------------------------------------------------------


def _of_row(row: TableRow) -> Iterator[FoundService]:
    cells = {role: " ".join(text.split()) for role, text in row.cells.items()}
    name = cells.get("service") or cells.get("accommodation") or ""
    if not name and (named := service_names().search(cells.get("provider", "") or row.quote)):
        name = named[0]
    if not re.search(r"[A-Za-z]{2}", name) or statement_words("no").fullmatch(folded(name)):
        return
    amount = _amount(cells, row.heads)
    if amount is None and len(cells) < 3:
        return
    where = re.search(r"\b(?:general|regular|special) education\b", row.heads.get("minutes", ""), re.I)
    settings_ = (cells.get("setting"), _picked(cells.get("delivery", "")), where[0] if where else "")
    setting = ", ".join(dict.fromkeys(filter(None, settings_)))
    start, end = _span(cells)
    yield _service(
        name,
        amount,
        row.page,
        row.quote,
        setting=setting,
        provider=cells.get("provider", ""),
        start=start,
        end=end,
    )


def _span(cells: Mapping[str, str]) -> tuple[date | None, date | None]:
    both = dates_in(cells.get("start", ""))
    start = both[0] if both else None
    end = first_date(cells.get("end", "")) or (both[1] if len(both) > 1 else None)
    if end is None and not find_amount(cells.get("minutes", "")):
        end = first_date(cells.get("minutes", ""))
    return start, end


def _amount(cells: Mapping[str, str], heads: Mapping[str, str]) -> Amount | None:
    """The amount out of the columns for frequency and for minutes, in either order; a bare figure takes
    its unit from the head of its column."""
    parts = [_with_unit(cells.get(role, ""), heads.get(role, "")) for role in ("frequency", "minutes")]
    whole = "; ".join(filter(None, parts))
    rest = [
        text for role, text in cells.items() if role.startswith("other") or role in ("delivery", "setting")
    ]
    named = find_amount(cells.get("service", ""))
    for text in (whole, *rest):
        found = find_amount(text) if text else None
        if found and (found.minutes or found.frequency):
            return _completed(found, named)
    return named


def _completed(found: Amount, other: Amount | None) -> Amount:
    if other is None:
        return found
    return replace(
        found, minutes=found.minutes or other.minutes, frequency=found.frequency or other.frequency
    )


def _with_unit(cell: str, head: str) -> str:
    """“2” below “Times per week” as “2 times per week”; “60” below “Minutes per week” with its unit."""
    bare = re.fullmatch(r"(\d{1,4}(?:\.\d+)?)\s*(?:x|×)?", cell.strip())
    if not bare:
        return cell
    low = folded(head)
    per = re.search(
        r"(?:per|/|each|a) ?(?:school )?(?:day|week|wk|month|mo|quarter|year|session|cycle)\b|weekly|daily|monthly",
        low,
    )
    unit = "minutes" if re.search(r"\bmin", low) else "hours" if "hour" in low else "times"
    return f"{bare[1]} {unit} {per[0] if per else ''}".strip()


def _picked(text: str) -> str:
    """Of tick boxes the ticked one; other text as it is."""
    if not TICK.search(text):
        return text
    ticked = re.findall(r"\[x\]\s*([^\[\]]+)", text)
    return ", ".join(part.strip(" ,;") for part in ticked)


# --- blocks of labels -------------------------------------------------------------------------------


def _of_blocks(paragraphs: Sequence[Paragraph]) -> Iterator[FoundService]:
    """“Service: …  Start Date: …” over several lines; a new service begins at its label."""
    block: dict[str, str] = {}
    quotes: list[str] = []
    page: int | None = None
    for paragraph in paragraphs:
        labelled = _labelled(paragraph.text)
        begins = any(role == "service" for role, _ in labelled)
        if begins:
            yield from _of_block(block, quotes, page)
            block, quotes, page = {}, [], paragraph.page
        if block or begins:
            quotes.append(paragraph.text)
            for role, value in labelled:
                block.setdefault(role, value)
            if not labelled and _GROUP.search(paragraph.text):
                block.setdefault("delivery", _picked(paragraph.text))
    yield from _of_block(block, quotes, page)


def _of_block(block: Mapping[str, str], quotes: Sequence[str], page: int | None) -> Iterator[FoundService]:
    if "service" not in block or not ({"frequency", "minutes"} & set(block)):
        return
    start, end = _span(block)
    setting = ", ".join(filter(None, (block.get("setting"), _group(block.get("delivery", "")))))
    name = re.sub(r"^\d{3}\s*[-:]?\s*", "", block["service"])
    yield _service(
        name,
        _amount(block, {"minutes": "minutes", "frequency": "times"}),
        page,
        " ".join(quotes),
        setting=setting,
        provider=re.sub(r"^\d{3}\s*[-:]?\s*", "", block.get("provider", "")),
        start=start,
        end=end,
    )


def _group(delivery: str) -> str:
    low = folded(delivery)
    return "individual" if low.startswith("ind") else "group" if low.startswith("gr") else delivery


def _labelled(text: str) -> list[tuple[str, str]]:
    """The labels of a line with their values."""
    found = [(m.lastgroup or "", m.start(), m.end()) for m in block_labels().finditer(text)]
    values = []
    for n, (role, _, end) in enumerate(found):
        stop = found[n + 1][1] if n + 1 < len(found) else len(text)
        values.append((role, text[end:stop].strip(" ,;")))
    return [(role, value) for role, value in values if value]


# --- lists and sentences ------------------------------------------------------------------------------


def _of_text(paragraphs: Sequence[Paragraph], sure: bool) -> Iterator[FoundService]:
    for paragraph in paragraphs:
        if any(role == "service" for role, _ in _labelled(paragraph.text)):
            continue
        for sentence in _SENTENCE.split(paragraph.text):
            amount = find_amount(sentence)
            named = _named(sentence)
            if named is None or amount is None or amount.minutes is None or amount.frequency is None:
                continue
            days = dates_in(sentence)
            provider = providers().search(sentence)
            yield _service(
                named,
                amount,
                paragraph.page,
                sentence,
                setting=_settings(sentence, named),
                provider=provider[1] if provider else "",
                start=days[0] if days else None,
                end=days[1] if len(days) > 1 else None,
                doubt="" if sure else "it stands outside of the part on services",
            )


def _named(sentence: str) -> str | None:
    """The service that a sentence grants: what stands before a colon, else the first one named."""
    names = list(service_names().finditer(sentence))
    if not names:
        return None
    lead = re.match(r"[•*\-\d.)\s]*([A-Z][^:.]{2,60}):", sentence)
    if lead and service_names().search(lead[1]):
        subject = re.match(rf"\s*((?i:{table()['names']['subjects']}))(?=[,;(]|\s*$)", sentence[lead.end() :])
        return f"{lead[1].strip()}: {subject[1]}" if subject else lead[1].strip()
    provider = providers().search(sentence)
    outside = [n for n in names if not (provider and provider.start(1) <= n.start() < provider.end(1))]
    return (outside or names)[0][0].strip()


def _settings(sentence: str, name: str) -> str:
    rest = sentence.replace(name, " ")
    found = [
        " ".join(m[0].split()).removeprefix("in a ").removeprefix("in the ")
        for m in settings().finditer(rest)
    ]
    return ", ".join(dict.fromkeys(found))


def _service(
    name: str,
    amount: Amount | None,
    page: int | None,
    quote: str,
    *,
    setting: str,
    provider: str,
    start: date | None,
    end: date | None,
    doubt: str = "",
) -> FoundService:
    name = re.sub(r"\s+", " ", TICK.sub("", name)).strip(" .:;,-–")
    doubts = [doubt, amount.doubt if amount else ""]
    if amount is None or amount.minutes is None:
        doubts.append("the minutes were not found")
    if amount is None or amount.frequency is None:
        doubts.append("how often was not found")
    service = IepService(
        name=name[:1].upper() + name[1:],
        minutes=amount.minutes if amount else None,
        frequency=str(amount.frequency) if amount and amount.frequency else "",
        setting=setting.strip(" .;,"),
        provider=provider.strip(" .;,"),
        page=page,
        start=start,
        end=end if end is None or start is None or end >= start else None,
        quote=" ".join(quote.split()),
    )
    return FoundService(service, "; ".join(filter(None, doubts)))
