"""Tables that another program opens: nothing in a cell may act."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters.spreadsheets import Table, csv_bytes, csv_text, safe, xlsx_bytes


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "  =1"])
def test_a_cell_that_would_act_is_made_text(text: str) -> None:
    assert safe(text).startswith("'")


def test_names_come_back_whole() -> None:
    row = ('O\'Neil, "Bo"', "שלום 🙂", "two\nlines", date(2026, 1, 2), 3, None)
    text = csv_text(("a", "b", "c", "d", "e", "f"), [row])
    assert list(csv.reader(io.StringIO(text)))[1] == [
        'O\'Neil, "Bo"',
        "שלום 🙂",
        "two\nlines",
        "2026-01-02",
        "3",
        "",
    ]
    assert csv_bytes(("a",), []).startswith(b"\xef\xbb\xbf")


def test_a_workbook_has_text_as_text_days_as_days_and_is_the_same_every_time() -> None:
    table = Table(
        "Requests [1]",
        ("What", "Day", "Count"),
        (("=1+1", date(2026, 1, 2), 3), ("http://x.example", None, 0)),
    )
    raw = xlsx_bytes([table])
    assert raw == xlsx_bytes([table])
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["C2"].value) == ("=1+1", "s", 3)
    assert sheet["B2"].value.date() == date(2026, 1, 2)
    assert sheet["A3"].hyperlink is None


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_no_cell_begins_a_formula(values: list[str]) -> None:
    for cell in next(csv.reader(io.StringIO(csv_text([], [values]).split("\r\n", 1)[1], newline="")), []):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
