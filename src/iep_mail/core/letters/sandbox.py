"""The Jinja2 environment that letters and the digest are written in.

Templates may be the parent's own, and what they are filled with is other people's mail: values are
never compiled, attributes of Python objects and methods are out of reach, and loops and output are
bounded, so that no template can hold up a night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

from jinja2 import Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from iep_mail.core.letters.wording import bullets, listed, long_date, sentence
from iep_mail.errors import TemplateError

__all__ = ["MAX_OUTPUT", "Mistake", "bounded", "broken", "compiled", "environment", "listed", "long_date"]

MAX_OUTPUT = 50_000  # characters; the longest honest letter is a tenth of it
MAX_RANGE = 200
MAX_LOOPS = 2  # one inside the other
MAX_LOOPS_IN_ALL = 30

# Filters that can make a long text out of a short one (center, indent, format …) are left out.
_KEPT_FILTERS = ("first", "last", "length", "lower", "upper", "trim", "capitalize", "default", "d")
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Const, nodes.Filter,
    nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
    nodes.Concat, nodes.Add, nodes.Sub, nodes.Getattr, nodes.Getitem, nodes.List, nodes.Tuple,
    nodes.Call, nodes.Keyword,
)  # fmt: skip
_SHOWN = {
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "CallBlock": "{% call %}",
    "FilterBlock": "{% filter %}",
    "FromImport": "{% import %}",
    "Mul": "*",
    "Pow": "**",
    "Mod": "%",
    "Div": "/",
    "FloorDiv": "//",
}
_TOO_DEEP = (RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a template; `line` counts from 1 in its file, None where it is nowhere in particular."""

    line: int | None
    why: str


class Environment(ImmutableSandboxedEnvironment):
    """The sandbox; where something out of reach is touched the letter fails instead of printing nothing."""

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
    ours = {"long_date": long_date, "listed": listed, "bullets": bullets, "sentence": sentence, "join": _join}
    env.filters |= {**ours, **filters}
    env.globals = {"range": _short_range}
    return env


def parsed(env: Environment, text: str, offset: int = 0) -> tuple[nodes.Template | None, tuple[Mistake, ...]]:
    """The tree of `text` and what is wrong with it; `offset` lines of the file stand before `text`."""
    try:
        tree = env.parse(text)
    except TemplateSyntaxError as error:
        return None, (Mistake(error.lineno + offset, error.message or "it cannot be read"),)
    except (*_TOO_DEEP, ValueError, OverflowError):
        return None, (Mistake(None, "it is nested too deeply, or holds a number that is too long"),)
    mistakes = [Mistake(line + offset, why) for line, why in _refused(tree, 0)]
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MAX_LOOPS_IN_ALL:
        line = loops[MAX_LOOPS_IN_ALL].lineno + offset
        mistakes.append(Mistake(line, f"more than {MAX_LOOPS_IN_ALL} {{% for %}} are not read"))
    return tree, tuple(mistakes)


def compiled(env: Environment, text: str, source: str, offset: int = 0) -> Template:
    """`text` as a template. Raises TemplateError that names the file and the line."""
    tree, mistakes = parsed(env, text, offset)
    if tree is None or mistakes:
        raise broken(source, mistakes[0].line, mistakes[0].why)
    try:
        return env.from_string(tree)
    except TemplateSyntaxError as error:  # an unknown filter or test
        raise broken(source, error.lineno + offset, error.message or "it cannot be read") from error
    except _TOO_DEEP as error:
        raise broken(source, None, "it is nested too deeply") from error


def bounded(template: Template, facts: Mapping[str, object], source: str, offset: int = 0) -> str:
    """The filled template, at most MAX_OUTPUT characters. Raises TemplateError."""
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(**facts):
            size += len(part)
            if size > MAX_OUTPUT:
                raise broken(source, None, f"it makes more than {MAX_OUTPUT:,} characters")
            parts.append(part)
    except (JinjaError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        line = _line_in_template(error)
        why = str(error).rstrip(".") or "it cannot be filled in"
        if isinstance(error, UndefinedError):
            why = f"it fails where a fact is not known ({why})"
        raise broken(source, line + offset if line else None, why) from error
    except _TOO_DEEP as error:
        raise broken(source, None, "it is nested too deeply") from error
    return "".join(parts)


def broken(source: str, line: int | None, why: str) -> TemplateError:
    where = f"{source}, line {line}" if line else source
    return TemplateError(
        f"The template {where} cannot be used: {why}.",
        "Correct that line, or remove your own copy of the file to go back to the built-in letter.",
        line=line,
        why=why,
    )


def _line_in_template(error: BaseException) -> int | None:
    """The line of the template that was being filled in; Jinja writes it into the traceback."""
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
    return lines[-1] if lines else None


def _refused(node: nodes.Node, loops: int) -> Iterator[tuple[int, str]]:
    """What could run or grow without end, and what no letter has need of: each with its line."""
    for child in node.iter_child_nodes():
        kind = type(child).__name__
        inner = loops + isinstance(child, nodes.For)
        if isinstance(child, nodes.Call):
            called = child.node
            if not (isinstance(called, nodes.Name) and called.name == "range"):
                yield child.lineno, "nothing but range() can be called in a template"
        elif not isinstance(child, _ALLOWED):
            yield child.lineno, f"“{_SHOWN.get(kind, kind.lower())}” cannot be used in a template"
        elif isinstance(child, nodes.For) and (inner > MAX_LOOPS or child.recursive):
            yield child.lineno, f"more than {MAX_LOOPS} {{% for %}} inside each other could run without end"
        yield from _refused(child, inner)


def _join(value: Any, separator: object = "") -> str:
    text = str(separator).join(str(item) for item in value)
    if len(text) > MAX_OUTPUT:
        raise SecurityError(f"join makes more than {MAX_OUTPUT:,} characters")
    return text


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > MAX_RANGE:
        raise SecurityError(f"range() of more than {MAX_RANGE}")
    return made
