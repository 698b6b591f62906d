"""What the README shows of the demo is what the demo prints."""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from iep_mail.jobs.demo import run_demo

ROOT = Path(__file__).parents[2]
RENEW = "The README shows another page than the demo prints. Run: python docs/show_demo.py"


@pytest.fixture(scope="module")
def show_demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("show_demo", ROOT / "docs" / "show_demo.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_quoted_lines_and_the_picture_are_the_demos(show_demo: ModuleType) -> None:
    page = run_demo().digest
    quoted = show_demo.quoted((ROOT / "README.md").read_text(encoding="utf-8"))
    *shown, end = quoted
    assert end == show_demo.LEFT_OUT
    assert page.startswith("\n".join(shown).rstrip("\n")), RENEW
    drawn = show_demo.PICTURE.read_text(encoding="utf-8")
    assert compact("\n".join(show_demo.without_letter(quoted))) in compact(text_of(drawn)), RENEW
    assert not re.search(r"url\(['\"]?http|<image|@import", drawn), "the picture loads something"


def text_of(svg: str) -> str:
    return html.unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_block_can_be_renewed_where_it_stands(show_demo: ModuleType) -> None:
    readme = "Before\n<!-- demo:begin -->\nold\n<!-- demo:end -->\nAfter\n"
    renewed = show_demo.with_block(readme, ["one", "", "[…]"])
    assert renewed == "Before\n<!-- demo:begin -->\n```text\none\n\n[…]\n```\n<!-- demo:end -->\nAfter\n"
    assert show_demo.quoted(renewed) == ["one", "", "[…]"]
