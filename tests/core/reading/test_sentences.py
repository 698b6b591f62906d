import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ms. Lowe called at 9 a.m. on Monday. It went well.",
         ["Ms. Lowe called at 9 a.m. on Monday.", "It went well."]),
        ("He read 3.5 pages, e.g. No. 4. Good.", ["He read 3.5 pages, e.g. No. 4.", "Good."]),
        ("Could you send me the whole of the\nlog by Friday? Thanks.",
         ["Could you send me the whole of the\nlog by Friday?", "Thanks."]),
        ("I need:\n1. the log\n2. the report", ["I need:", "the log", "the report"]),
        ("first thing\n\nsecond thing", ["first thing", "second thing"]),
        ("Hi Dana,\ncan u call me? ok", ["Hi Dana,", "can u call me?", "ok"]),
    ],
)  # fmt: skip
def test_text_is_cut_where_a_reader_would(text: str, sentences: list[str]) -> None:
    assert [s.text for s in split_sentences(text)] == sentences


@given(st.text())
def test_every_sentence_is_an_exact_substring(text: str) -> None:
    last = 0
    for sentence in split_sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= last
        last = sentence.end
