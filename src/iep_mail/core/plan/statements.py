"""Accommodations, goals, placement, behavior plan, transport and progress reports in a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iep_mail.core.plan.amounts import find_amount
from iep_mail.core.plan.parts import DATE, TICK, Paragraph, Part, TableRow, heading_section
from iep_mail.core.plan.plan_dates import dates_in
from iep_mail.core.plan.services import is_service
from iep_mail.core.plan.words import either, folded, statement_words, table
from iep_mail.model import IepGoal, IepStatement, ProgressReporting

_LABEL = re.compile(r"^([A-Z][\w /()#.’'-]{1,45}?):\s*(.*)$", re.S)
_ITEM = re.compile(r"(\[[x ]\])\s*([^\[\]]+)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
_LONGEST = 400  # letters of one accommodation; more is running text


@dataclass(frozen=True, slots=True)
class FoundStatement:
    statement: IepStatement
    doubt: str = ""


# --- accommodations -------------------------------------------------------------------------------


def accommodations_in(parts: Sequence[Part]) -> tuple[FoundStatement, ...]:
    """The accommodations and modifications, each once: rows of their table, ticked boxes, list items."""
    found: list[FoundStatement] = []
    for part in parts:
        if part.section != "accommodations":
            continue
        for row in part.rows:
            if not is_service(row):
                found += _of_row(row)
        found += _of_list(part.paragraphs)
    kept: dict[str, FoundStatement] = {}
    for seen in found:
        kept.setdefault(folded(seen.statement.text).strip(" ."), seen)
    return tuple(kept.values())


def _of_row(row: TableRow) -> Iterator[FoundStatement]:
    text = row.cells.get("accommodation") or row.cells.get("service") or ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    marks = [line for line in lines if re.match(r"(?:•|\[[x ]\]|\d{1,2}[.)])\s", line)]
    items = _joined(lines) if len(marks) >= 2 else [" ".join(lines)]
    days = dates_in(row.cells.get("start", ""))
    for item in items:
        ticked = _ticked(item)
        for statement in ticked if ticked is not None else [item]:
            bare = _tidy(statement)
            if _says_something(bare):
                yield FoundStatement(IepStatement(bare, row.page, days[0] if days else None, row.quote))


def _joined(lines: Sequence[str]) -> list[str]:
    """The items of a cell that holds a list; a line without a mark goes on with the one above."""
    items: list[str] = []
    for line in lines:
        if items and not re.match(r"(?:•|\[[x ]\]|\d{1,2}[.)])\s", line):
            items[-1] += f" {line}"
        else:
            items.append(line)
    return items


def _of_list(paragraphs: Sequence[Paragraph]) -> Iterator[FoundStatement]:
    for paragraph in paragraphs:
        ticked = _ticked(paragraph.text)
        if ticked is not None:
            items, doubt = ticked, ""
        elif paragraph.bullet:
            items, doubt = [paragraph.text], ""
        else:
            items, doubt = _loose_items(paragraph.text)
        for item in items:
            text = _tidy(item)
            if _says_something(text):
                yield FoundStatement(IepStatement(text, paragraph.page, None, paragraph.text), doubt)


def _loose_items(text: str) -> tuple[list[str], str]:
    """Lines that are neither bulleted nor ticked: a short line is one item, a list after a colon or with
    semicolons several; running text is proposed with a doubt."""
    text = re.sub(r"^[^:;]*\bfollowing\b[^:;]*:\s*", "", text)
    label = _LABEL.match(text)
    if not text or (label and not label[2].strip()):
        return [], ""
    body = label[2] if label else text
    if label and (DATE.search(body) or _label_of_person(label[1])):
        return [], ""
    if label and heading_section(label[1]) not in (None, "accommodations"):
        return [], ""
    if body.count(";") >= 1:
        return [part for part in body.split(";") if part.strip()], ""
    if len(text.split()) <= 25 and not _SENTENCE.search(text):
        return [body if label and _is_list_label(label[1]) else text], ""
    return [s for s in _SENTENCE.split(text) if _grants(s)], "it is a sentence of running text"


def _label_of_person(label: str) -> bool:
    return bool(
        re.search(
            r"student|name|date|school|grade|meeting|parent|district|dob|review|case manager|id\b|page",
            label,
            re.I,
        )
    )


def _is_list_label(label: str) -> bool:
    return bool(
        re.search(
            r"accommodation|modification|support|setting|presentation|response|timing|schedul|environment|classroom|test|instruction|assignment|behavio",
            label,
            re.I,
        )
    )


def _grants(sentence: str) -> bool:
    return bool(
        re.search(r"\b(?:will|may|must|shall|is allowed|are allowed|provided|receives?|uses?)\b", sentence)
    )


def _ticked(text: str) -> list[str] | None:
    """The ticked items of a line with tick boxes; None where it has none. Boxes may follow their words."""
    if not TICK.search(text):
        return None
    text = re.sub(r"^[^\[\]]*:\s*(?=\[)", "", text)
    if TICK.match(text.strip()):
        return [m[2] for m in _ITEM.finditer(text) if m[1] == "[x]"]
    before = [part for part in re.split(r"(\[[x ]\])", text) if part.strip()]
    return [
        before[i].strip()
        for i in range(len(before) - 1)
        if before[i + 1] == "[x]" and not TICK.match(before[i])
    ]


def _tidy(text: str) -> str:
    text = re.sub(r"^(?:•|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+", "", " ".join(TICK.sub("", text).split()))
    return text.strip(" ;,").removesuffix(".").strip()


def _says_something(text: str) -> bool:
    """Neither an introduction, a label, a bare date nor “None”."""
    low = folded(text)
    if len(text) < 5 or len(text) > _LONGEST or not re.search(r"[a-z]{3}", low):
        return False
    if text.endswith(":") or (statement_words("intro").search(low) and len(low.split()) < 14):
        return False
    return not (statement_words("no").match(low) and len(low.split()) <= 4) and not re.fullmatch(
        r"[\d/ .-]+", low
    )


# --- goals ----------------------------------------------------------------------------------------


def goals_in(parts: Sequence[Part]) -> tuple[FoundStatement, ...]:
    """The annual goals with how they are measured and where the child began, each once."""
    found: list[FoundStatement] = []
    for part in parts:
        if part.section != "goals":
            continue
        found += [seen for row in part.rows if (seen := _goal_row(row))]
        found += _labelled_goals(part.paragraphs) or _listed_goals(part.paragraphs)
    kept: dict[str, FoundStatement] = {}
    for seen in found:
        kept.setdefault(folded(seen.statement.text), seen)
    return tuple(kept.values())


def _goal_row(row: TableRow) -> FoundStatement | None:
    text = _tidy(row.cells.get("goal", ""))
    if len(text.split()) < 4:
        return None
    measure = "; ".join(
        " ".join(line.split()) for line in row.cells.get("measure", "").split("\n\n") if line.strip()
    )
    return FoundStatement(
        IepGoal(text, row.page, None, row.quote, " ".join(measure.split()) or _measure(text))
    )


def _labelled_goals(paragraphs: Sequence[Paragraph]) -> list[FoundStatement]:
    """“Measurable Annual Goal #1: …” with the “Baseline: …” that stands before or after it."""
    stops = re.compile(rf"(?:{'|'.join(table()['statements']['goal_stops'])})(?:\s*\(.*\))?")
    starts = re.compile(rf"(?:{'|'.join(table()['statements']['goal_labels'])})(?:\s*\(.*\))?")
    goals: list[dict[str, str | int | None]] = []
    baseline = ""
    taken = True
    for paragraph in paragraphs:
        label = _LABEL.match(paragraph.text)
        name = folded(label[1]) if label else ""
        value = label[2].strip() if label else ""
        if label and starts.fullmatch(name) and len(value.split()) >= 4:
            goals.append(
                {"text": value, "page": paragraph.page, "quote": paragraph.text, "baseline": baseline}
            )
            baseline, taken = "", bool(goals[-1]["baseline"])
        elif label and re.match(r"baseline|current performance|present level", name):
            # A baseline belongs to the goal that follows, or to the one above that has none yet.
            if goals and not taken:
                goals[-1]["baseline"], taken = value, True
            else:
                baseline = value
        elif label and goals and re.match(r"measured by|criteri|method|evaluation|how ", name):
            goals[-1].setdefault("measure", value)
        elif label and stops.fullmatch(name) and re.match(r"area|specific goal|domain", name):
            taken = True
    return [
        FoundStatement(
            IepGoal(
                _tidy(str(goal["text"])),
                goal["page"] if isinstance(goal["page"], int) else None,
                None,
                str(goal["quote"]),
                str(goal.get("measure") or _measure(str(goal["text"]))),
                str(goal["baseline"] or ""),
            )
        )
        for goal in goals
    ]


def _listed_goals(paragraphs: Sequence[Paragraph]) -> list[FoundStatement]:
    """Numbered or bulleted goals, or sentences that say what the child will do, where no label is used."""
    found = []
    for paragraph in paragraphs:
        text = paragraph.text
        if re.search(r"\b(?:progress|report)\b.*\b(?:parents?|sent|reported)\b", text, re.I) or _LABEL.match(
            text
        ):
            continue
        will = re.search(r"\bwill\b", text)
        if not will or len(text.split()) < 6 or not (paragraph.bullet or re.search(r"\d", text)):
            continue
        goal = re.split(r"\s+\((?:now|baseline)[:\s]", text, flags=re.I)
        baseline = goal[1].rstrip(").") if len(goal) > 1 else ""
        found.append(
            FoundStatement(IepGoal(_tidy(goal[0]), paragraph.page, None, text, _measure(goal[0]), baseline))
        )
    return found


def _measure(text: str) -> str:
    for pattern in table()["statements"]["measures"]:
        if found := re.search(pattern, text, re.I):
            return " ".join(found[1].split())
    return ""


# --- what stands once -----------------------------------------------------------------------------


def placement_in(parts: Sequence[Part]) -> FoundStatement | None:
    """Where the child is taught, in the words of the part on placement."""
    return _single(
        parts,
        "placement",
        either(r"placement", r"setting", r"type of (?:support|placement)", r"\blre\b", r"environment"),
    )


def transport_in(parts: Sequence[Part]) -> FoundStatement | None:
    """The special transport, where the plan grants one."""
    return _single(parts, "transport", either(r"transport"))


def behavior_plan_in(parts: Sequence[Part]) -> FoundStatement | None:
    """The behavior plan, where there is one."""
    return _single(parts, "behavior", either(r"behaviou?r (?:intervention |support )?plan", r"\bbip\b"))


def _single(parts: Sequence[Part], section: str, label: re.Pattern[str]) -> FoundStatement | None:
    for text, page, own in _candidates(parts, section):
        named = _LABEL.match(text)
        if named and not own and not label.search(folded(named[1])):
            continue
        if not own and (not named or _has_minutes(named[2])):
            continue
        value = named[2] if named and (label.search(folded(named[1])) or own) else text
        ticked = _ticked(value)
        if ticked is not None:
            value = ", ".join(part.strip() for part in ticked)
            if folded(value) == "yes":
                value = TICK.split(text)[0]
        value = _tidy(value)
        if not value or _refused(value):
            if own or named:
                return None
            continue
        if _says_something(value):
            return FoundStatement(IepStatement(value, page, None, " ".join(text.split())))
    return None


def _has_minutes(text: str) -> bool:
    amount = find_amount(text)
    return amount is not None and amount.minutes is not None


def _refused(value: str) -> bool:
    return bool(statement_words("no").search(folded(value))) and len(value.split()) <= 12


def _candidates(parts: Sequence[Part], section: str) -> Iterator[tuple[str, int | None, bool]]:
    """The texts of the section itself first, then labels anywhere."""
    for part in parts:
        if part.section == section:
            for paragraph in part.paragraphs:
                yield paragraph.text, paragraph.page, True
            for row in part.rows:
                yield row.quote, row.page, True
    for part in parts:
        if part.section != section:
            for paragraph in part.paragraphs:
                yield paragraph.text, paragraph.page, False


def progress_in(parts: Sequence[Part]) -> tuple[ProgressReporting, str] | None:
    """How often progress is reported, and the sentence that says so."""
    asks = re.compile(
        r"\bprogress\b.*\b(?:report\w*|informed|sent|provided|notified|shared)\b|\b(?:report\w*|informed)\b.*\bprogress\b"
    )
    texts = [(p.text, p.page) for part in parts for p in part.paragraphs]
    texts += [
        (f"{row.heads.get('report', '')}: {' '.join(row.cells['report'].split())}", row.page)
        for part in parts
        if part.section == "goals"
        for row in part.rows
        if "report" in row.cells
    ]
    for text, page in texts:
        for sentence in _SENTENCE.split(text):
            low = folded(sentence)
            if not asks.search(low):
                continue
            ticked = _ticked(sentence)
            said = folded(" ".join(ticked)) if ticked is not None else low
            every = _period(said)
            if every:
                quote = " ".join(sentence.split())
                return ProgressReporting(
                    quote if ticked is None else f"Progress is reported: {said}", page, every
                ), quote
    return None


def _period(text: str) -> str:
    """The shortest spelled period; report cards only where no other period is named."""
    periods: dict[str, str] = table()["statements"]["periods"]
    named = [
        name
        for name in ("marking period", "quarter", "trimester", "semester", "month", "week")
        if re.search(periods[name], text)
    ]
    if named:
        return named[0]
    return next((name for name in ("report card", "year") if re.search(periods[name], text)), "")
