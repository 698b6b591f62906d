"""Letter templates: TOML front matter between `+++` lines, then the letter as Jinja2 text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from jinja2 import Undefined

from iep_mail.core.letters.front_matter import read_front
from iep_mail.core.letters.sandbox import bounded, broken, compiled, environment
from iep_mail.model import Blank, RequestKind

# Every letter may use these without declaring them; with the question that a blank asks.
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "parent": "your name",
        "child": "your child's first name",
        "initials": "your child's initials",
        "greeting": "the greeting, such as “Dear Ms. Rivera,”",
        "written_on": "today's date",
        "reply_by": "the day by which you would like a reply",
        "citation": "the rule that the letter rests on",
        "thread_subject": "the subject",
        "plan_name": "IEP or Section 504 plan",
        "team_name": "IEP team or Section 504 team",
    }
)
PLAN_KINDS = ("IEP", "504")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate:
    """One letter. `required` maps a fact to the question that its blank asks, `optional` a fact to what
    it is; `to` and `cc` are roles. `plans` are the kinds of plan whose law gives what it asks for."""

    name: str
    title: str
    when: str
    step: int
    subject: str
    body: str
    source: str
    kinds: tuple[RequestKind, ...] = ()
    plans: tuple[str, ...] = PLAN_KINDS
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    citation: str = ""
    citation_504: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply: bool = True  # goes into the thread that it is about
    reply_within: str = ""  # the time it asks an answer in, where that is not the usual one
    allows: tuple[str, ...] = ()  # classes of tone findings that this letter has to have
    asks: bool = True  # it asks for something by a day; a thank-you does not
    request: RequestKind | None = None  # what it asks for, where that is waited for
    ask: str = ""  # how the sentence that asks for it begins
    answer_by_day: bool = True  # the day it names is the day for the answer, not only for a sign of life
    repeats: bool = False  # where it quotes an open request it reminds of that, and asks nothing new
    advice: str = ""  # what the parent should do first
    lines_before: int = 0  # lines of the file before the body
    own: bool = False  # the parent's own
    built_in: LetterTemplate | None = None  # of a letter of the parent's: the one it takes the place of

    def law(self, plan: str) -> str:
        """The citation for a child with this kind of plan, "" where there is none."""
        return self.citation_504 if plan == "504" else self.citation


@lru_cache(maxsize=256)  # every page and every night read the same letters again
def parse_letter(text: str, source: str) -> LetterTemplate:
    """Reads one template. Raises TemplateError naming `source` and the line of the mistake.

    What a letter may hold is checked by `template_checks`; only its front matter is checked here.
    """
    front = read_front(text)
    for mistake in front.mistakes:
        raise broken(source, mistake.line, mistake.why)
    keys = dict(front.keys)
    optional = keys.pop("optional", {})
    return LetterTemplate(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in keys.items()}
        | {
            "kinds": tuple(map(RequestKind, keys.get("kinds", ()))),
            "request": RequestKind(keys["request"]) if "request" in keys else None,
            "required": MappingProxyType(keys.get("required", {})),
            "optional": MappingProxyType(
                optional if isinstance(optional, dict) else dict.fromkeys(optional, "")
            ),
        },
        body=front.body,
        source=source,
        lines_before=front.lines_before,
    )


def render(template: LetterTemplate, facts: Mapping[str, object]) -> tuple[str, str, tuple[Blank, ...]]:
    """Subject, body and the blanks that are left, in the order of the letter.

    A fact that is absent, None or empty is left as a visible blank wherever the letter prints it.
    `facts["cite"]` False leaves out the line that quotes the law; `facts["plan_kind"]` "504" takes the
    law of Section 504. Raises TemplateError.
    """
    given = {name: value for name, value in facts.items() if value not in (None, "", (), [])}
    law = template.law(str(facts.get("plan_kind", "IEP")))
    given.pop("citation", None)
    if law and facts.get("cite", True):
        given["citation"] = law
    given = {"plan_name": "IEP", "team_name": "IEP team"} | given
    blanks: dict[str, Blank] = {}
    env = environment(_hole_type({**COMMON, **template.optional, **template.required}, blanks), {})
    subject = bounded(compiled(env, template.subject, template.source), given, template.source)
    text = compiled(env, template.body, template.source, template.lines_before)
    body = bounded(text, given, template.source, template.lines_before)
    return " ".join(subject.split()), tidy(body), tuple(blanks.values())


def tidy(body: str) -> str:
    """One blank line between paragraphs, none at the ends, no trailing spaces."""
    lines = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def blank_text(question: str) -> str:
    """How a missing fact stands in a letter."""
    return f"[____ {question} ____]"


def _hole_type(questions: Mapping[str, str], found: dict[str, Blank]) -> type[Undefined]:
    class Hole(Undefined):
        """A missing fact: false in a condition, nothing in a loop, a blank where it is printed."""

        __slots__ = ()

        def __str__(self) -> str:
            name = self._undefined_name or "fact"
            question = questions.get(name) or name.replace("_", " ")
            found[name] = Blank(name, question)
            return blank_text(question)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __getitem__(self, key: object) -> Any:
            return self

    return Hole
