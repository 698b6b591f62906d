"""The figures: what the program said beside what the labels say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.family import Family, bare

Item = dict[str, Any]
_CLOSING = re.compile(
    r"^(?i:(?:many |with |kind |best |warm(?:est)? |all the )*(?:thanks|thank you|thx|ty|best|regards"
    r"|sincerely|cheers|warmly|respectfully|take care|yours)(?: so much| very much| again| truly)*[,.!]*)?"
    r"\s*[-–—~]*\s*(?:[A-Z][\w.'’-]*\s*,?\s*){0,4}$"
)


@dataclass(slots=True)
class Table:
    rows: list[tuple[str, str]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def share(self, name: str, right: int, of: int) -> None:
        self.rows.append((name, f"{right / of if of else 1.0:.3f} of {of}"))

    def f1(self, name: str, hit: int, said: int, labelled: int) -> None:
        precision = hit / said if said else float(not labelled)
        recall = hit / labelled if labelled else 1.0
        total = precision + recall
        f = 2 * precision * recall / total if total else 0.0
        self.rows.append(
            (name, f"F1 {f:.3f} (precision {precision:.3f}, recall {recall:.3f}; {labelled} labelled)")
        )


def measure(family: Family, dumps: Mapping[str, Item]) -> Table:
    """Every figure, of one family; `dumps` holds one dump for each labelled day."""
    table, last = Table(), dumps[max(dumps)]
    _filing(table, family, last)
    requests = _pairs(table, family, last, "requests")
    _fields(table, requests, ("kind", "due_on"), "request")
    right = [g for g, said in requests if said["status"] == outcome(g)]
    table.share("request outcome", len(right), len(requests))
    table.misses += [
        f"outcome: {g['id']} is {outcome(g)}, said {said['status']}" for g, said in requests if g not in right
    ]
    _fields(table, _pairs(table, family, last, "commitments"), ("due_on",), "commitment")
    for kind in ("requests", "commitments"):
        _overdue(table, family, dumps, kind)
    if "missed_sessions" in family.gold:
        _missed(table, family, last)
    return table


def bcubed(gold: Mapping[str, str], said: Mapping[str, str]) -> float:
    """BCubed F1 of two groupings; what was not grouped at all counts against recall."""
    items = [item for item in gold if item in said]
    if not items:
        return 0.0
    precision = recall = 0.0
    for item in items:
        mine = {other for other in items if said[other] == said[item]}
        true = {other for other in items if gold[other] == gold[item]}
        precision += len(mine & true) / len(mine) / len(items)
        recall += len(mine & true) / len(true) / len(gold)
    return 2 * precision * recall / (precision + recall)


def same_quote(gold: str, said: str) -> bool:
    """Two quotes are of one sentence: most of the shorter one's words stand in the longer one."""
    a, b = _words(gold), _words(said)
    common = len(a & b)
    return common > 0 and common >= 0.6 * min(len(a), len(b)) and common >= 0.3 * max(len(a), len(b))


def outcome(request: Item) -> str:
    effects = [event["effect"] for event in request.get("events", [])]
    return next((e for e in ("answered", "refused") if e in effects), (effects or ["open"])[-1])


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", "")))


def _body(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    while len(lines) > 1 and len(lines[-1]) < 40 and _CLOSING.match(lines[-1]):
        lines.pop()
    return " ".join(" ".join(lines).split())


def _filing(table: Table, family: Family, last: Item) -> None:
    gold = family.messages
    said = {name: m for m in last["messages"] if (name := family.file_of(m))}
    school = {name for name, label in gold.items() if label["direction"] != "unrelated"}
    table.f1("filed", len(school & set(said)), len(said), len(school))
    table.misses += [f"filed: {name}" for name in sorted(school ^ set(said))]
    both = sorted(school & set(said))
    for key in ("kind", "direction"):
        judged = [n for n in both if key not in gold[n].get("ignore_fields", [])]
        wrong = [n for n in judged if said[n][key] not in {gold[n][key], *gold[n].get(f"{key}_alt", [])}]
        table.share(f"message {key}", len(judged) - len(wrong), len(judged))
        table.misses += [f"{key}: {n} is {gold[n][key]}, said {said[n][key]}" for n in wrong]
    cased = [n for n in school if gold[n].get("case")]
    threads = bcubed({n: gold[n]["thread"] for n in school}, {n: said[n]["thread"] for n in both})
    cases = bcubed(
        {n: gold[n]["case"] for n in cased}, {n: said[n]["case"] or f"none-{n}" for n in cased if n in said}
    )
    table.rows += [("threads", f"BCubed F1 {threads:.3f}"), ("cases", f"BCubed F1 {cases:.3f}")]
    written = [n for n in both if gold[n]["kind"] == "personal" and gold[n].get("new_text") is not None]
    wrong = [n for n in written if _body(said[n]["new_text"]) != _body(gold[n]["new_text"])]
    table.share("new text", len(written) - len(wrong), len(written))
    for n in wrong:
        table.misses += [
            f"new text: {n}",
            f"  label: {gold[n]['new_text']!r}",
            f"  said:  {said[n]['new_text']!r}",
        ]


def _match(family: Family, gold: Item, said: Collection[Item]) -> Item | None:
    return next(
        (
            s
            for s in said
            if family.file_of(s) == bare(gold["message"]) and same_quote(gold["quote"], s["quote"])
        ),
        None,
    )


def _align(family: Family, gold: list[Item], said: list[Item]) -> tuple[list[tuple[Item, Item]], list[Item]]:
    """Pairs of label and saying, and the sayings that no label (not even an ignored one) covers."""
    free, pairs = list(said), []
    for label in gold:
        if not label.get("ignore") and (found := _match(family, label, free)):
            free.remove(found)
            pairs.append((label, found))
    ignored = [label for label in gold if label.get("ignore")]
    return pairs, [s for s in free if not any(_match(family, label, [s]) for label in ignored)]


def _pairs(table: Table, family: Family, last: Item, key: str) -> list[tuple[Item, Item]]:
    gold = [label for label in family.gold[key] if not label.get("ignore")]
    pairs, extra = _align(family, family.gold[key], last[key])
    table.f1(key, len(pairs), len(pairs) + len(extra), len(gold))
    found = {label["id"] for label, _ in pairs}
    table.misses += [
        f"{key}: {g['id']} in {g['message']} not found: {g['quote']}" for g in gold if g["id"] not in found
    ]
    table.misses += [f"{key}: said in {family.file_of(s)}, not labelled: {s['quote']}" for s in extra]
    return pairs


def _fields(table: Table, pairs: list[tuple[Item, Item]], keys: tuple[str, ...], what: str) -> None:
    for key in keys:
        judged = [(g, s) for g, s in pairs if key not in g.get("ignore_fields", [])]
        wrong = [(g, s) for g, s in judged if s[key] not in {g[key], *g.get(f"{key}_alt", [])}]
        table.share(f"{what} {key}", len(judged) - len(wrong), len(judged))
        table.misses += [
            f"{what} {key}: {g['id']} is {g[key]}, said {s[key]}: {g['quote']}" for g, s in wrong
        ]


def _overdue(table: Table, family: Family, dumps: Mapping[str, Item], key: str) -> None:
    hit = said_count = labelled = 0
    missed: set[str] = set()
    for entry in family.gold["as_of"]:
        due = set(entry[f"overdue_{key}"])
        gold = [
            g if g["id"] in due else {**g, "ignore": True}
            for g in family.gold[key]
            if g["id"] in due or g.get("ignore")
        ]
        truth = {g["id"] for g in gold if not g.get("ignore")}
        pairs, extra = _align(family, gold, [s for s in dumps[entry["date"]][key] if s["overdue"]])
        found = {g["id"] for g, _ in pairs}
        hit, labelled = hit + len(found), labelled + len(truth)
        said_count += len(found) + len(extra)
        missed |= truth - found
        table.misses += [f"overdue on {entry['date']}: {i} MISSED" for i in sorted(truth - found)]
        table.misses += [
            f"overdue on {entry['date']}: false alarm in {family.file_of(s)}: {s['quote']}" for s in extra
        ]
    table.f1(f"overdue {key}", hit, said_count, labelled)
    if key == "requests":
        table.rows.append(("overdue requests ever missed", str(len(missed))))


def _missed(table: Table, family: Family, last: Item) -> None:
    """Statements that a session of a day was not held: message and day; then service and minutes of those
    that agree."""
    gold = {(bare(m["message"]), m["date"]): m for m in family.gold["missed_sessions"] if not m.get("ignore")}
    ignored = {(bare(m["message"]), m["date"]) for m in family.gold["missed_sessions"] if m.get("ignore")}
    said = {
        (name, o["on"]): o
        for o in last["observations"]
        if o["kind"] == "missed_service" and o["on"] and (name := family.file_of(o))
    }
    said = {key: o for key, o in said.items() if key not in ignored}
    both = sorted(set(gold) & set(said))
    table.f1("missed sessions", len(both), len(said), len(gold))
    table.misses += [f"missed session: {m} {day} not found" for m, day in sorted(set(gold) - set(said))]
    table.misses += [
        f"missed session: {m} {day} said, not labelled: {said[m, day]['quote']}"
        for m, day in sorted(set(said) - set(gold))
    ]
    for key, of in (("service", _service), ("minutes", _minutes)):
        judged = [k for k in both if gold[k].get(key) is not None]
        wrong = [k for k in judged if of(said[k]) != gold[k][key]]
        table.share(f"missed session {key}", len(judged) - len(wrong), len(judged))
        table.misses += [
            f"missed session {key}: {k[0]} {k[1]} is {gold[k][key]}, said {of(said[k])}" for k in wrong
        ]


def _service(observation: Item) -> str:
    return str(observation["detail"]).split(";")[0]


def _minutes(observation: Item) -> int | None:
    found = re.search(r"(\d+) minutes", observation["detail"])
    return int(found[1]) if found else None
