"""The Jinja2 environment that letters and the digest are written in.

Templates may be the parent's own, and what they are filled with is other people's mail: values are
never compiled, attributes of Python objects are out of reach, and output and loops are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from jinja2 import Template, TemplateSyntaxError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from iep_mail.errors import TemplateError

MAX_OUTPUT = 50_000  # characters; the longest honest letter is a tenth of it
MAX_RANGE = 200

# Filters that can make a long text out of a short one (center, indent, format …) are left out.
_KEPT_FILTERS = ("join", "first", "last", "length", "lower", "upper", "trim", "capitalize", "default", "d")


class Environment(ImmutableSandboxedEnvironment):
    """The sandbox without `*` and `**`, which turn short templates into endless output."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"“{operator}” cannot be used in a template")

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        raise SecurityError(f"“{attribute}” is out of a template's reach")


def environment(undefined: type[Undefined], filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """A fresh environment; its only filters are a short safe list and `filters`."""
    env = Environment(
        undefined=undefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    env.filters = {name: env.filters[name] for name in _KEPT_FILTERS}
    env.filters |= {"long_date": long_date, "listed": listed, **filters}
    env.globals = {"range": _short_range}
    return env


def compiled(env: Environment, text: str, source: str, line_offset: int = 0) -> Template:
    """`text` as a template. Raises TemplateError that names the file and the line."""
    try:
        return env.from_string(text)
    except TemplateSyntaxError as error:
        raise broken(source, error.lineno + line_offset, error.message or "it cannot be read") from error


def bounded(template: Template, facts: Mapping[str, object], source: str) -> str:
    """The filled template, at most MAX_OUTPUT characters. Raises TemplateError."""
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(**facts):
            size += len(part)
            if size > MAX_OUTPUT:
                raise broken(source, None, "it makes more than 50,000 characters")
            parts.append(part)
    except (JinjaError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise broken(source, None, str(error) or "it cannot be filled in") from error
    return "".join(parts)


def broken(source: str, line: int | None, why: str) -> TemplateError:
    where = f"{source}, line {line}" if line else source
    return TemplateError(
        f"The letter template {where} cannot be used: {why}.",
        "Correct that line, or remove your own copy of the file to go back to the built-in letter.",
    )


def long_date(value: object) -> object:
    """“Friday, March 14, 2026”; what is no date is handed on."""
    if isinstance(value, date):
        return f"{value:%A}, {value:%B} {value.day}, {value.year}"
    return value


def listed(value: object, word: str = "and") -> object:
    """“a, b and c”; what is no list is handed on."""
    if isinstance(value, (str, Undefined)) or not isinstance(value, Sequence):
        return value
    items = [str(long_date(item)) for item in value]
    # Dates hold commas of their own, so a list of them is parted by semicolons.
    comma = "; " if any("," in item for item in items) and len(items) > 2 else ", "
    return items[0] if len(items) == 1 else f"{comma.join(items[:-1])} {word} {items[-1]}"


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > MAX_RANGE:
        raise SecurityError(f"range() of more than {MAX_RANGE}")
    return made
