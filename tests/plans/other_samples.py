"""Sample plans as Word files and plain text, and two more PDFs; written last, to measure on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak

from plans.pdf_samples import HEAD, build, p, table
from plans.truth import Sample, Service, service_rows

# --- Word: tables, tick boxes, page breaks ----------------------------------------------------------

WORD = Sample(
    name="word",
    child="Lucan Reyes",
    dates={
        "meeting_on": date(2026, 3, 3),
        "effective_from": date(2026, 3, 9),
        "effective_to": date(2027, 3, 2),
        "annual_review": date(2027, 3, 2),
        "reevaluation_due": date(2028, 2, 1),
    },
    services=service_rows(
        date(2026, 3, 9),
        date(2027, 3, 2),
        "Speech therapy | 30 | 2 times per week | 2 | therapy room | ",
        "Occupational therapy | 30 | 2 times per month | 2 | therapy room | ",
        "Academic support in math | 50 | 4 times per week | 2 | resource | ",
    ),
    accommodations=(
        ("Graphic organizers for writing", 3),
        ("Directions read aloud and checked for understanding", 3),
        ("Use of a word processor", 3),
    ),
    goals=(("multiply two-digit numbers with 85% accuracy", 1), ("ask for help with words in 4 of 5", 1)),
    singles={"placement": ("general education class with pull-out", 3)},
    progress_every="trimester",
)


def word(path: Path) -> None:
    import docx
    from docx.enum.text import WD_BREAK

    document = docx.Document()

    def grid(rows: list[list[str]]) -> None:
        made = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(made.add_row().cells, row, strict=True):
                cell.text = text

    def page() -> None:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    document.add_heading("Individualized Education Program", 1)
    document.add_paragraph("Student:\tLucan Reyes\tGrade:\t5")
    grid(
        [["IEP Meeting Date", "03/03/2026"], ["IEP Start Date", "03/09/2026"], ["IEP End Date", "03/02/2027"]]
    )
    document.add_paragraph("Annual review due: March 2, 2027")
    document.add_paragraph("Reevaluation due: February 1, 2028")
    document.add_heading("Measurable Annual Goals", 2)
    document.add_paragraph(
        "Goal 1: Lucan will multiply two-digit numbers with 85% accuracy on three weekly probes."
    )
    document.add_paragraph("Baseline: 40% accuracy")
    document.add_paragraph(
        "Goal 2: Lucan will ask for help with words in 4 of 5 observed moments of frustration."
    )
    document.add_paragraph("Progress reports are sent home each trimester.")
    page()
    document.add_heading("Special Education and Related Services", 2)
    span = ["3/9/2026", "3/2/2027"]
    grid(
        [
            ["Type of service", "Minutes per session", "Sessions", "Location", "Start", "End"],
            ["Speech therapy", "30", "2 per week", "Therapy room", *span],
            ["Occupational therapy", "30", "2 per month", "Therapy room", *span],
            ["Academic support in math", "50", "4 per week", "Resource room", *span],
        ]
    )
    page()
    document.add_heading("Accommodations", 2)
    for text in (
        "☒ Graphic organizers for writing",
        "☐ Large print",
        "☒ Directions read aloud and checked for understanding",
    ):
        document.add_paragraph(text)
    document.add_paragraph("Use of a word processor", style="List Bullet")
    document.add_heading("Placement", 2)
    document.add_paragraph("Lucan is in the general education class with pull-out for services.")
    document.save(str(path))


# --- plain text, as copied out of a viewer ------------------------------------------------------------

TEXT = Sample(
    name="text",
    child="Amara Oduya",
    dates={
        "meeting_on": date(2025, 10, 7),
        "effective_from": date(2025, 10, 14),
        "effective_to": date(2026, 10, 6),
    },
    services=(
        Service("Speech/Language Therapy", 30, "2 times per week", 2, setting="small group"),
        Service("Vision services", 45, "1 time per month", 2),
    ),
    accommodations=(
        ("Large print of 18 points", 2),
        ("Seat in the middle of the front row", 2),
        ("Extra time on tests (double time)", 2),
    ),
    goals=(("use a magnifier to read a worksheet on her own", 1),),
    progress_every="quarter",
)

_TEXT = """\
INDIVIDUALIZED EDUCATION PROGRAM
Student: Amara Oduya          DOB: 5/5/2017
Date of IEP meeting: 10/07/2025
This IEP is in effect from 10/14/2025 through 10/06/2026

ANNUAL GOALS
Annual Goal 1: Amara will use a magnifier to read a worksheet on her own
in 9 of 10 lessons, as measured by the vision teacher's log.
Progress is reported to parents quarterly.
Page 1 of 2
SERVICES
Service                   Frequency         Minutes      Location
Speech/Language Therapy   2x per week       30           Speech room, small group
Vision services           monthly           45           Classroom

ACCOMMODATIONS
  * Large print of 18 points
  * Seat in the middle of the front row
  * Extra time on tests (double time)
Page 2 of 2
"""


def text(path: Path) -> None:
    path.write_text(_TEXT, encoding="utf-8")


# --- two more PDFs -------------------------------------------------------------------------------------

SESSIONS = Sample(
    name="sessions",
    child="Piet Halloran",
    dates={
        "meeting_on": date(2025, 11, 20),
        "annual_review": date(2026, 11, 19),
        "last_evaluation": date(2024, 12, 5),
    },
    services=(
        Service("Developmental Adapted Physical Education", 30, "2 times per week", 2, date(2025, 12, 1)),
        Service("Speech/Language", 25, "3 times per week", 2, date(2025, 12, 1)),
        Service("Audiology", 15, "3 times per year", 2, date(2025, 12, 1)),
    ),
    accommodations=(("FM system in all classes", 3), ("Captions on videos", 3), ("Notes from a peer", 3)),
    goals=(("produce the sounds s and z in sentences with 80%", 1),),
    singles={"transport": ("A bus with a harness", 3)},
    progress_every="quarter",
)


def sessions(path: Path) -> None:
    story: list[Flowable] = [
        p("INDIVIDUALIZED EDUCATION PROGRAM (IEP)", HEAD),
        p(
            "Student: Piet Halloran.  Meeting Date: November 20, 2025.  Next annual review: November 19, 2026."
        ),
        p("Date of last comprehensive evaluation: December 5, 2024"),
        p("A. ANNUAL GOALS", HEAD),
        p(
            "Annual Goal: Piet will produce the sounds s and z in sentences with 80% accuracy in three sessions in a row."
        ),
        p("Written progress reports are provided to the parents four times a year, once each quarter."),
        PageBreak(),
        p("D. SPECIAL EDUCATION AND RELATED SERVICES TO MEET GOALS AND OBJECTIVES", HEAD),
        table(
            [
                [
                    "Instruction or Service Provided",
                    "Anticipated Frequency",
                    "Minutes per Session, Direct",
                    "Location",
                    "Start Date",
                ],
                ["Developmental Adapted Physical Education", "2/week", "30", "Gym", "12/1/2025"],
                ["Speech/Language", "3 times/week", "25", "Special Education", "12/1/2025"],
                ["Audiology", "3 times/year", "15", "Special Education", "12/1/2025"],
            ],
            [170, 90, 90, 90, 70],
        ),
        PageBreak(),
        p("E. ACCOMMODATIONS AND MODIFICATIONS", HEAD),
        p("Piet needs the following adaptations in general and special education:"),
        p("FM system in all classes; captions on videos; notes from a peer"),
        p("G. TRANSPORTATION", HEAD),
        p("A bus with a harness, home to school and back."),
    ]
    build(path, story)


OUTSIDE = Sample(
    name="outside",
    child="Nadia Ferro",
    dates={
        "meeting_on": date(2026, 2, 2),
        "effective_from": date(2026, 2, 9),
        "effective_to": date(2027, 2, 1),
    },
    services=(
        Service("Specially designed instruction", 60, "per day", 1, setting="outside"),
        Service("Counseling", 30, "1 time per week", 1, setting="office"),
        Service("Transportation aide", 40, "2 times per day", 1),
    ),
    accommodations=(("Calm-down pass", 1), ("Assignments given in two parts", 1)),
    goals=(("use words to settle a conflict", 1),),
    singles={"behavior_plan": ("Point sheet", 1)},
    progress_every="marking period",
)


def outside(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=letter)
    y = 750.0
    rows = (
        ("IEP", "Nadia Ferro", "Meeting date 2/2/2026"),
        ("IEP begins 2/9/2026", "IEP ends 2/1/2027", ""),
        ("Goals", "", ""),
        ("Goal 1: Nadia will use words to settle a conflict in 8 of 10 observed conflicts.", "", ""),
        ("Reported to parents with progress notes every marking period.", "", ""),
        ("Services", "", ""),
        ("Specially designed instruction: 60 minutes daily, outside the general classroom", "", ""),
        ("Counseling: once a week for 30 minutes in the counselor's office", "", ""),
        ("Transportation aide: 40 minutes, twice a day", "", ""),
        ("Accommodations", "", ""),
        ("1. Calm-down pass", "", ""),
        ("2. Assignments given in two parts", "", ""),
        ("Behavior Intervention Plan", "", ""),
        ("Point sheet with three targets; phone call home on Fridays.", "", ""),
    )
    for row in rows:
        canvas.setFont("Helvetica", 11)
        for x, cell in zip((60, 250, 420), row, strict=True):
            canvas.drawString(x, y, cell)
        y -= 18
    canvas.showPage()
    canvas.save()


DOCX_SAMPLES: tuple[tuple[Sample, Callable[[Path], None]], ...] = ((WORD, word),)
TXT_SAMPLES: tuple[tuple[Sample, Callable[[Path], None]], ...] = ((TEXT, text),)
LAST_SAMPLES: tuple[tuple[Sample, Callable[[Path], None]], ...] = ((SESSIONS, sessions), (OUTSIDE, outside))
