"""HTML mail as text: blocks on lines of their own, tables a row a line, quoted parts left out on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from iep_mail.core.reading.colours import colour_of

MAX_HTML = 1_000_000  # characters; a longer body is cut, and said so by the caller
_MOST_ANSWERS = 200
_DEEPEST = 2_000

# What mail programs put around an earlier message.
_QUOTED = (
    "blockquote[type=cite], blockquote.gmail_quote, .gmail_attr, .x_gmail_attr, .gmail_extra blockquote, .moz-cite-prefix, "
    ".yahoo_quoted, .protonmail_quote, .tutanota_quote, #isReplyContent, #divRplyFwdMsg, #x_divRplyFwdMsg, #appendonsend, "
    ".OutlookMessageHeader, #mail-editor-reference-message-container, #OLK_SRC_BODY_SECTION, .zmail_extra, .iosymail, "
    "#reply-intro, .hushmail-quote, .mail_quote_wrapper, [name=quote][id^=quote]"
)
_GMAIL = "div.gmail_quote, div.x_gmail_quote"
# What follows these, up to the end, is the quoted original.
_TAIL = "#divRplyFwdMsg, #x_divRplyFwdMsg, #appendonsend, .OutlookMessageHeader"
_SIGNATURES = (
    ".gmail_signature, .moz-signature, #Signature, #ms-outlook-mobile-signature, .protonmail_signature_block"
)
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
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.I)


def html_texts(html: str) -> tuple[str, str]:
    """What the page says, and the same without what mail programs mark as quoted or as signature.

    Nothing is loaded; scripts, styles and hidden parts say nothing. A page that is all signature keeps
    it; a page that is all quote has an empty second text.
    """
    if _is_too_deep(html):
        bare = _bare_text(html)
        return bare, bare
    tree = _parsed(html)
    silent = _silent(tree)
    shown = _text(tree, silent)
    quoted = _quoted(tree)
    signed = {node.mem_id for node in tree.css(_SIGNATURES)}
    if not quoted and not signed:
        return shown, shown
    own = _text(tree, silent | quoted | signed)
    return shown, own or (_text(tree, silent | quoted) if signed else own)


def answers_in_colour(html: str, colour: str) -> tuple[str, ...]:
    """What stands in `colour` anywhere on the page: "see my answers in red below"."""
    if _is_too_deep(html):
        return ()
    tree = _parsed(html)
    silent = _silent(tree)
    found: list[str] = []
    coloured = {node.mem_id: node for node in tree.css("[style], font[color]") if _colour(node) == colour}
    inside: set[int] = set()
    for node in coloured.values():
        if node.mem_id not in inside and len(found) < _MOST_ANSWERS:
            inside |= {child.mem_id for child in node.css("[style], font[color]")}
            found.append(_tidy("".join(_walk(node, silent))))
    return tuple(text for text in found if text)


def _colour(node: Any) -> str:
    attributes = node.attributes
    style = re.search(r"(?<![\w-])color\s*:\s*([^;]+)", attributes.get("style") or "", re.I)
    return colour_of(style[1] if style else attributes.get("color") or "")


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,12})\b", re.I)
_CLOSES_ITSELF = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "tr",
        "br",
        "img",
        "hr",
        "meta",
        "link",
        "input",
        "option",
        "dt",
        "dd",
        "col",
        "wbr",
    ]
)


def _is_too_deep(html: str) -> bool:
    """Whether more elements are open at once than any mail program nests; parsers take minutes for that."""
    depth = 0
    for found in _TAG.finditer(html[:MAX_HTML]):
        if found[2].lower() not in _CLOSES_ITSELF:
            depth = max(0, depth - 1) if found[1] else depth + 1
            if depth > _DEEPEST:
                return True
    return False


def _bare_text(html: str) -> str:
    """The text without its tags, where the page cannot be parsed."""
    bare = re.sub(r"<(?:br|/?(?:p|div|li|tr|h\d))\b[^<>]{0,2000}>", "\n", html[:MAX_HTML], flags=re.I)
    return _tidy(unescape(re.sub(r"<[^<>]{0,2000}>", " ", bare)))


def _parsed(html: str) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html[:MAX_HTML])


def _silent(tree: Any) -> set[int]:
    """The elements that say nothing to a reader. They are passed over, not removed: removing an element
    inside a removed one is not safe."""
    silent = {node.mem_id for node in tree.css(_DROPPED)}
    for node in tree.css("[style]"):
        if node.tag not in ("body", "html") and _HIDDEN.search(node.attributes.get("style") or ""):
            silent.add(node.mem_id)
    return silent


def _text(tree: Any, left_out: set[int]) -> str:
    root = tree.body or tree.root
    return "" if root is None else _tidy("".join(_walk(root, left_out)))


def _walk(root: Any, left_out: set[int]) -> Iterator[str]:
    """The text in document order with line breaks around blocks; deep nesting costs no recursion."""
    stack: list[tuple[Any, bool, str]] = [(root, False, "")]
    while stack:
        node, closing, mark = stack.pop()
        if node.mem_id in left_out:
            continue
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
        yield mark
        stack.append((node, True, ""))
        children = list(node.iter(include_text=True)) if node.child is not None else []
        stack.extend(reversed(list(_marked(children, tag))))


def _marked(children: list[Any], tag: str) -> Iterator[tuple[Any, bool, str]]:
    """The children with the sign that a list puts before its items."""
    number = 0
    for child in children:
        number += child.tag == "li"
        mark = (f"{number}. " if tag == "ol" else "- ") if child.tag == "li" and tag in ("ol", "ul") else ""
        yield child, False, mark


def _quoted(tree: Any) -> set[int]:
    quoted = {node.mem_id for node in tree.css(_QUOTED)}
    for node in tree.css(_TAIL):
        following = node.next
        while following is not None and following.mem_id not in quoted:
            quoted.add(following.mem_id)
            following = following.next
    inside: set[int] = set()
    for node in tree.css(_GMAIL):
        if node.mem_id not in inside:
            inside |= {inner.mem_id for inner in node.css(_GMAIL)}
            quoted |= _gmail_quote(node)
    return quoted


def _gmail_quote(node: Any) -> set[int]:
    """Gmail keeps answers written between quoted parts inside the same element; a forward is all quote."""
    introduced = node.css_first(".gmail_attr, .x_gmail_attr")
    forwarded = introduced is not None and "-----" in introduced.text(deep=True)[:80]
    if forwarded or node.css_first("blockquote") is None:
        return {node.mem_id}
    return {inner.mem_id for inner in node.css("blockquote")}


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.replace("\u00a0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
