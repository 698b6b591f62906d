"""HTML mail as text: blocks on lines of their own, tables a row a line, quoted parts left out on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MAX_HTML = 2_000_000  # characters; a longer body is cut, and said so by the caller

_QUOTED = (
    ".gmail_quote, .gmail_attr, blockquote[type=cite], .moz-cite-prefix, .yahoo_quoted, .gmail_signature, "
    ".moz-signature, #divRplyFwdMsg, #appendonsend, #Signature, #ms-outlook-mobile-signature, .protonmail_quote, "
    ".tutanota_quote, #isReplyContent, .x_gmail_quote, .OutlookMessageHeader, .zmail_extra, .iosymail, .gmail_extra blockquote"
)
# What follows these, up to the end, is the quoted original.
_TAIL = "#divRplyFwdMsg, #appendonsend, .OutlookMessageHeader, #x_divRplyFwdMsg"
_BREAKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "hr",
        "center",
        "dl",
        "dt",
        "dd",
        "form",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"])
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DROPPED = "script, style, head, title, template, noscript, svg, object, iframe"


def html_to_text(html: str, *, without_quotes: bool = False) -> str:
    """What the page says, as text. Nothing is loaded; scripts, styles and hidden parts say nothing.

    `without_quotes` leaves out what mail programs mark as quoted or as signature.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html[:MAX_HTML])
    for node in tree.css(_DROPPED):
        node.decompose()
    if without_quotes:
        _drop_quotes(tree)
    root = tree.body or tree.root
    if root is None:
        return ""
    return _tidy("".join(_walk(root)))


def _walk(root: Any) -> Iterator[str]:
    """The text in document order with line breaks around blocks; deep nesting costs no recursion."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        tag = node.tag
        if tag == "-text":
            text: str = node.text(deep=False) or ""
            yield text if node.parent is not None and node.parent.tag == "pre" else _SPACE.sub(" ", text)
            continue
        if tag == "br":
            if not closing:
                yield "\n"
        elif tag in ("td", "th"):
            yield " "
        elif tag in _BREAKS:
            yield "\n\n" if tag in _SPACED else "\n"
        if closing:
            continue
        stack.append((node, True))
        children = list(node.iter(include_text=True)) if node.child is not None else []
        stack.extend((child, False) for child in reversed(children))


def _drop_quotes(tree: Any) -> None:
    for node in tree.css(_TAIL):
        following = node.next
        while following is not None:
            after = following.next
            following.decompose()
            following = after
    for node in tree.css(_QUOTED):
        node.decompose()


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.replace("\u00a0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
