"""The clauses of a sentence that runs on, as people write on phones: "… form but does the kitchen know because …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from iep_mail.core.reading.sentences import Sentence

_LONG = 14  # words; a shorter sentence is taken whole
_MOST = 8  # clauses of one sentence
_LEAST = 3  # words of a clause that asks

# What begins a clause that may ask: inversion, an order, a wish.
_ASKS = (
    r"(?:(?:please|pls|plz)(?!,| (?:god|excuse|forgive|dont|don['’]t))|(?:can|could|would|will|cld|wld) (?:you|u|ya|we|i|someone|somebody|anyone|anybody|one of)\b"
    r"|(?:does|did|do|has|have|is|are|was|were|will|should) (?:you|u|he|she|they|the|there|it|anyone|anybody|someone|somebody|we|his|her|that)\b"
    r"|(?:what|when|where|who|why|how)(?:['’]?s| is| are| was| were| do| does| did| will| has| have| can| should| many| much| often| long| time| day)\b(?! he | she | they | it | i )"
    r"|(?:i|we)(?:['’]?d| would| really| just| still| also)* (?:need|want|like|request)\b|(?:i|we) (?:am|are) (?:asking|requesting)\b"
    r"|what (?:i|we) (?:need|want|would like)\b|(?:let|tell) (?:me|us) know\b|tell (?:me|us)\b|any (?:idea|word|news|chance)\b)"
)
# After a comma alone a "who was" or "tell us" goes on with what stands before it.
_ASKS_ALONE = (
    r"(?:(?:please|pls|plz) (?!(?:god|excuse|forgive|dont|don['’]t)\b)\w|(?:can|could|would|will|cld|wld) (?:you|u|ya|someone|somebody|anyone|anybody|one of)\b"
    r"|(?:does|did|do|has|have|is|are|was|were) (?:you|u|he|she|they|there|anyone|anybody|someone|somebody)\b|(?:i|we)(?:['’]?d| would| really| just| still| also)* (?:need|want|like)\b)"
)
_BOUNDARY = re.compile(
    r"(?:[,;]|\s[-–—]+|\.\.+)?\s+(?:(?:and|but|so|because|cause|cuz|bc|plus|also|then|or|anyway|though|ok|okay|well|yet)\s+)+(?="
    + _ASKS
    + r")|(?:[,;]|\s[-–—]+|\.\.+)\s+(?="
    + _ASKS_ALONE
    + r")",
    re.I,
)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
# What begins the rest: a reason, or a new statement.
_REST = re.compile(
    r"(?:,\s*|\s+)(?:because|cause|cuz|bc|plus|in case|so that|(?:and|but|so|since|cause) (?:i|he|she|it|they|hes|shes|its|im|my|then|last|this|that|everyone)(?:['’]\w+)?\b)(?!\s+(?:need|want|would|can|could))",
    re.I,
)


def clauses(sentence: Sentence) -> Iterator[Sentence]:
    """The beginning and the clauses of a long sentence that begin as a request does, each without the reason after it.

    Nothing comes of a sentence that is short or holds no such clause.
    """
    if len(sentence.text.split()) <= _LONG:
        return
    quoted = [q.span() for q in _QUOTED.finditer(sentence.text)]
    ends = (b.end() for b in _BOUNDARY.finditer(sentence.text))
    starts = [0, *islice((end for end in ends if not any(a < end < z for a, z in quoted)), _MOST)]
    if len(starts) == 1:
        return
    for start, end in zip(starts, [*starts[1:], len(sentence.text)], strict=True):
        piece = sentence.text[start:end]
        rest = next((r for r in _REST.finditer(piece) if len(piece[: r.start()].split()) > _LEAST), None)
        kept = (piece[: rest.start()] if rest else piece).rstrip(" ,;-–—")
        for joint in (" and", " but", " so", " or", " then", " also", " because", " plus"):
            kept = kept.removesuffix(joint).rstrip(" ,;")
        if len(kept.split()) >= _LEAST:
            yield Sentence(kept, sentence.start + start, sentence.start + start + len(kept))
