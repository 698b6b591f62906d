"""Plans of many layouts, read into proposed facts and compared with what they state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters.documents import read_document
from iep_mail.core.plan.proposal import Proposal, plan_from, propose
from iep_mail.model import DocumentPage, Iep, IepService, PlanDocument
from plans.other_samples import DOCX_SAMPLES, LAST_SAMPLES, TXT_SAMPLES
from plans.pdf_more import MORE_SAMPLES
from plans.pdf_samples import PDF_SAMPLES
from plans.scoring import Score, score
from plans.truth import Sample

Build = Callable[[Path], None]
ALL: list[tuple[Sample, Build, str]] = [
    *((sample, build, "pdf") for sample, build in (*PDF_SAMPLES, *MORE_SAMPLES, *LAST_SAMPLES)),
    *((sample, build, "docx") for sample, build in DOCX_SAMPLES),
    *((sample, build, "txt") for sample, build in TXT_SAMPLES),
]
CHILDREN = {s.child: (s.child, s.child.split()[0]) for s, _, _ in ALL}


def read(sample: Sample, build: Build, kind: str, folder: Path) -> Proposal:
    path = folder / f"{sample.name}.{kind}"
    build(path)
    return propose(read_document(path), CHILDREN)


@pytest.mark.parametrize(("sample", "build", "kind"), ALL, ids=[s.name for s, _, _ in ALL])
def test_what_a_plan_states_is_proposed_and_nothing_else(
    sample: Sample, build: Build, kind: str, tmp_path: Path
) -> None:
    proposal = read(sample, build, kind, tmp_path)
    result: Score = score(proposal, sample)
    assert result.misses == []
    assert (proposal.child, proposal.plan) == (sample.child, sample.plan)


@pytest.mark.slow
def test_every_fact_rests_on_words_of_its_page(tmp_path: Path) -> None:
    for sample, build, kind in ALL:
        proposal = read(sample, build, kind, tmp_path)
        document = read_document(tmp_path / f"{sample.name}.{kind}")
        for fact in proposal.facts:
            page = next(p for p in document.pages if p.number == fact.page)
            words = "".join(w.text for w in page.words) + "".join(c for row in page.rows for c in row)
            telling = max(fact.quote.split(), key=len)
            assert telling.strip("•-") in words.replace("\n", " ") or telling.strip("•-[]x") in words


def text_document(text: str) -> PlanDocument:
    rows = tuple((line,) for line in text.splitlines())
    return PlanDocument("plan.docx", (DocumentPage(1, rows=rows),))


def test_what_is_not_ticked_not_needed_or_only_talked_about_is_no_fact() -> None:
    text = """Present Levels
Ada had speech therapy for 30 minutes twice a week last year.
Meeting notes
The parent asked for occupational therapy for 30 minutes once a week.
Accommodations
☐ Large print
None
Transportation: not needed
Behavior Intervention Plan: No"""
    proposal = propose(text_document(text), {"Ada Roe": ("Ada Roe", "Ada")})
    assert proposal.facts == ()
    assert "No services" in proposal.notes[-1]


def test_a_service_that_is_half_understood_is_proposed_with_its_doubt() -> None:
    text = "Related Services\nService: Nursing   Frequency: as needed   Provider: school nurse"
    (fact,) = propose(text_document(text), {}).facts
    assert isinstance(fact.fact, IepService)
    assert "minutes were not found" in fact.doubt
    assert "how often" in fact.doubt


def test_a_document_that_names_none_of_the_children_is_said() -> None:
    proposal = propose(
        text_document("Accommodations\n• Extra time on tests"), {"Ada Roe": ("Ada Roe", "Ada")}
    )
    assert proposal.child == ""
    assert "does not name Ada Roe" in proposal.notes[-1]


def test_the_confirmed_facts_make_the_plan(tmp_path: Path) -> None:
    sample, build, kind = ALL[0]
    proposal = read(sample, build, kind, tmp_path)
    kept = [f for f in proposal.facts if f.field != "goals"]
    plan: Iep = plan_from(sample.child, proposal.plan, proposal.document, kept)
    assert (plan.effective_from, plan.annual_review) == (
        sample.dates["effective_from"],
        sample.dates["annual_review"],
    )
    assert len(plan.services) == len(sample.services)
    assert plan.goals == ()
    assert plan.transport is not None


words = st.sampled_from(
    ["Services", "Accommodations", "Goal 1:", "30 minutes", "2x/week", "[x]", "☐", "•", "1.", "Speech therapy", "per",
     "10/27/2025", "Start:", "End Date:", "and", "small group", "Annual review", "to", ":", ";", "None", "weekly"]
)  # fmt: skip


@given(st.lists(st.one_of(st.lists(words, max_size=8).map(" ".join), st.text(max_size=40)), max_size=12))
def test_no_text_stops_the_reader(lines: list[str]) -> None:
    for fact in propose(text_document("\n".join(lines)), {"Ada Roe": ("Ada",)}).facts:
        assert fact.page == 1 or fact.field in ("effective_from", "effective_to")
