"""Sample plans as PDFs, each laid out as another state or district does. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from plans.truth import Sample, Service

STYLES = getSampleStyleSheet()
BODY = ParagraphStyle("body", parent=STYLES["Normal"], fontSize=10, leading=12)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=10)
HEAD = ParagraphStyle(
    "head", parent=BODY, fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=8, spaceAfter=4
)
GRID = [("GRID", (0, 0), (-1, -1), 0.6, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]


def p(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(text, style)


def table(
    rows: Sequence[Sequence[str]], widths: Sequence[float], style: list[tuple[object, ...]] | None = None
) -> Table:
    cells = [[p(cell, SMALL) for cell in (*row, *[""] * (len(rows[0]) - len(row)))] for row in rows]
    return Table(cells, colWidths=widths, style=TableStyle(GRID if style is None else style), repeatRows=1)


def build(path: Path, story: Sequence[Flowable], footer: str = "", wide: bool = False) -> None:
    def furniture(canvas: Canvas, doc: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(50, 30, footer)
        canvas.drawRightString(doc.pagesize[0] - 50, 30, f"Page {doc.page}")

    size = landscape(letter) if wide else letter
    SimpleDocTemplate(
        str(path), pagesize=size, leftMargin=50, rightMargin=50, topMargin=45, bottomMargin=50
    ).build(list(story), onFirstPage=furniture, onLaterPages=furniture)


# --- bordered tables with wrapped cells, Roman sections ------------------------------------------

GRID_PLAN = Sample(
    name="grid",
    child="Wren Castellano",
    dates={
        "meeting_on": date(2025, 10, 20),
        "effective_from": date(2025, 10, 27),
        "effective_to": date(2026, 10, 19),
        "annual_review": date(2026, 10, 19),
        "last_evaluation": date(2024, 3, 4),
        "reevaluation_due": date(2027, 3, 3),
    },
    services=(
        Service(
            "Speech and Language Therapy",
            30,
            "2 times per week",
            5,
            date(2025, 10, 27),
            date(2026, 10, 19),
            "speech room",
        ),
        Service(
            "Occupational Therapy",
            45,
            "3 times per month",
            5,
            date(2025, 10, 27),
            date(2026, 10, 19),
            "sensory room",
        ),
        Service(
            "Psychological Counseling",
            30,
            "1 time per week",
            5,
            date(2026, 1, 5),
            date(2026, 6, 12),
            "counselor",
        ),
    ),
    accommodations=(
        ("Extended time, one and a half times, on tests and quizzes", 4),
        ("Directions given one step at a time and repeated on request", 4),
        ("Noise-reducing headphones during independent work", 4),
        ("A copy of the teacher's notes before each unit", 4),
    ),
    goals=(
        ("read a third-grade passage aloud at 95 words correct per minute", 3),
        ("write a paragraph of five sentences with a topic sentence", 3),
    ),
    singles={
        "placement": ("Itinerant learning support", 6),
        "transport": ("Curb-to-curb", 6),
    },
    progress_every="marking period",
)


def grid(path: Path) -> None:
    story: list[Flowable] = [
        p("<b>INDIVIDUALIZED EDUCATION PROGRAM (IEP)</b>", HEAD),
        p("Student's Name: Wren Castellano"),
        Spacer(1, 6),
        table(
            [
                ["IEP Team Meeting Date (mm/dd/yy):", "10/20/25"],
                [
                    "IEP Implementation Date (Projected Date when Services and Programs Will Begin):",
                    "10/27/25",
                ],
                ["Anticipated Duration of Services and Programs:", "10/19/26"],
                ["Date of Birth:", "4/2/2016"],
                ["Date of Most Recent Evaluation:", "03/04/2024"],
                ["Re-evaluation Due:", "03/03/2027"],
                ["Annual Review Due on or Before:", "10/19/2026"],
            ],
            [330, 150],
        ),
        p("Wren's mother is pleased with the reading group. She asked on 10/6/25 for a copy of the data."),
        PageBreak(),
        p("II. PRESENT LEVELS OF ACADEMIC ACHIEVEMENT AND FUNCTIONAL PERFORMANCE", HEAD),
        p(
            "Wren reads 61 words correct per minute. Last year she received speech for 20 minutes once a week, which the "
            "team thought too little. She uses headphones when the room is loud."
        ),
        PageBreak(),
        p("V. GOALS AND OBJECTIVES", HEAD),
        table(
            [
                ["MEASURABLE ANNUAL GOAL", "How progress will be measured", "When progress will be reported"],
                [
                    "By October 2026 Wren will read a third-grade passage aloud at 95 words correct per minute with 96% accuracy.",
                    "Weekly one-minute probes",
                    "Each marking period, with report cards",
                ],
                [
                    "Given a graphic organizer, Wren will write a paragraph of five sentences with a topic sentence in 4 of 5 trials.",
                    "Rubric, scored every two weeks",
                    "Each marking period, with report cards",
                ],
            ],
            [250, 130, 130],
        ),
        p(
            "Progress on annual goals will be reported to the parents each marking period with the report card."
        ),
        PageBreak(),
        p("VI. SPECIAL EDUCATION / RELATED SERVICES / SUPPLEMENTARY AIDS AND SERVICES", HEAD),
        p("A. PROGRAM MODIFICATIONS AND SPECIALLY DESIGNED INSTRUCTION (SDI)", HEAD),
        table(
            [
                [
                    "Modifications and SDI",
                    "Location",
                    "Frequency",
                    "Projected Beginning Date",
                    "Anticipated Duration",
                ],
                [
                    "Extended time, one and a half times, on tests and quizzes",
                    "All classes",
                    "Every test and quiz",
                    "10/27/2025",
                    "10/19/2026",
                ],
                [
                    "Directions given one step at a time and repeated on request",
                    "All classes",
                    "Daily",
                    "10/27/2025",
                    "10/19/2026",
                ],
                [
                    "Noise-reducing headphones during independent work",
                    "General education",
                    "As needed, at Wren's choice",
                    "10/27/2025",
                    "10/19/2026",
                ],
                [
                    "A copy of the teacher's notes before each unit",
                    "Science, social studies",
                    "Each unit",
                    "10/27/2025",
                    "10/19/2026",
                ],
            ],
            [180, 90, 90, 75, 75],
        ),
        PageBreak(),
        p("B. RELATED SERVICES", HEAD),
        table(
            [
                ["Service", "Location", "Frequency", "Projected Beginning Date", "Anticipated Duration"],
                [
                    "Speech and Language Therapy",
                    "Speech room, small group",
                    "30 minutes per session, 2 sessions per week",
                    "10/27/2025",
                    "10/19/2026",
                ],
                [
                    "Occupational Therapy",
                    "Sensory room, individual",
                    "45 minutes, 3 times per month",
                    "10/27/2025",
                    "10/19/2026",
                ],
                [
                    "Psychological Counseling",
                    "Office of the school counselor",
                    "30 min 1x/week",
                    "01/05/2026",
                    "06/12/2026",
                ],
            ],
            [120, 115, 125, 75, 75],
        ),
        PageBreak(),
        p("VII. EDUCATIONAL PLACEMENT", HEAD),
        p("Type of support: Itinerant learning support, 20% or less of the school day."),
        p("VIII. TRANSPORTATION", HEAD),
        p("Curb-to-curb transportation by the district with an aide on the bus."),
    ]
    build(path, story, "Castellano, Wren   DOB 4/2/2016   Plum Hollow Area School District")


# --- label blocks and tick boxes ------------------------------------------------------------------

BLOCKS_PLAN = Sample(
    name="blocks",
    child="Idris Falk",
    dates={
        "meeting_on": date(2026, 2, 11),
        "effective_from": date(2026, 2, 12),
        "effective_to": date(2027, 2, 10),
        "annual_review": date(2027, 2, 10),
        "last_evaluation": date(2025, 2, 14),
        "reevaluation_due": date(2028, 2, 14),
    },
    services=(
        Service(
            "Specialized Academic Instruction",
            45,
            "per day",
            3,
            date(2026, 2, 12),
            date(2027, 2, 10),
            "separate",
            "district",
        ),
        Service(
            "Language and speech",
            30,
            "2 times per week",
            3,
            date(2026, 2, 12),
            date(2027, 2, 10),
            "speech",
            "district",
        ),
        Service(
            "Occupational therapy", 60, "per month", 3, date(2026, 2, 12), date(2026, 6, 5), "", "nonpublic"
        ),
    ),
    accommodations=(
        ("Preferential seating near the teacher", 2),
        ("Frequent breaks", 2),
        ("Text-to-speech for reading longer than one page", 2),
    ),
    goals=(
        ("solve two-step word problems with 80% accuracy", 4),
        ("initiate a conversation with a peer in 3 of 4", 4),
    ),
    singles={"placement": ("regular class 71%", 4)},
    progress_every="trimester",
)


def _block(canvas: Canvas, y: float, lines: Sequence[tuple[tuple[float, str], ...]]) -> float:
    canvas.setFont("Helvetica", 9)
    for line in lines:
        for x, text in line:
            canvas.drawString(x, y, text)
        y -= 13
    return y


def blocks(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=letter)

    def page(lines: Sequence[tuple[tuple[float, str], ...]]) -> None:
        canvas.setFont("Helvetica-Bold", 12)
        canvas.drawString(50, 760, "ALDER CREEK UNIFIED SPECIAL EDUCATION LOCAL PLAN AREA")
        _block(canvas, 735, lines)
        canvas.showPage()

    page(
        [
            ((50, "INDIVIDUALIZED EDUCATION PROGRAM"),),
            ((50, "Student Name: Idris Falk"), (330, "Date of Birth: 9/30/2014")),
            ((50, "IEP Date: 2/11/2026"), (200, "Original SpEd Entry Date: 3/3/2020"), (420, "Grade: 5")),
            (
                (50, "Next Annual IEP: 2/10/2027"),
                (330, "Last Eval: 2/14/2025"),
                (450, "Next Eval: 2/14/2028"),
            ),
            ((50, "IEP Start Date: 2/12/2026"), (330, "IEP End Date: 2/10/2027")),
            ((50, "Purpose of Meeting:  [X] Annual   [ ] Triennial   [ ] Interim"),),
        ]
    )
    page(
        [
            ((50, "PROGRAM ACCOMMODATIONS"),),
            ((50, "[X] Preferential seating near the teacher"), (330, "[ ] Large print")),
            ((50, "[ ] Extended time on assignments"), (330, "[X] Frequent breaks")),
            ((50, "[X] Text-to-speech for reading longer than one page"), (330, "[ ] Calculator")),
            ((50, "PROGRAM MODIFICATIONS"),),
            ((50, "None"),),
        ]
    )
    services = []
    for name, who, begins, ends, amount, kind, where in (
        (
            "Specialized Academic Instruction",
            "100 District of Service",
            "2/12/2026",
            "2/10/2027",
            "45 min served Daily",
            "[ ] Ind  [X] Grp",
            "Separate classroom in public integrated facility",
        ),
        (
            "Language and speech",
            "100 District of Service",
            "2/12/2026",
            "2/10/2027",
            "30 min x 2 Totaling: 60 min served Weekly",
            "[X] Ind  [ ] Grp",
            "Speech room",
        ),
        (
            "Occupational therapy",
            "400 Nonpublic agency",
            "2/12/2026",
            "6/5/2026",
            "60 min served Monthly",
            "[X] Ind  [ ] Grp",
            "Any available room",
        ),
    ):
        services += [
            ((50, f"Service: {name}"), (330, f"Start Date: {begins}"), (450, f"End Date: {ends}")),
            ((50, f"Provider: {who}"), (330, kind)),
            ((50, f"Duration/Freq: {amount}"), (330, f"Location: {where}")),
            ((50, ""),),
        ]
    page([((50, "SPECIAL EDUCATION and RELATED SERVICES"),), *services])
    page(
        [
            ((50, "ANNUAL GOALS AND OBJECTIVES"),),
            ((50, "Area of Need: Mathematics"),),
            ((50, "Baseline: Idris solves one-step word problems with 60% accuracy."),),
            (
                (
                    50,
                    "Measurable Annual Goal #1: By 2/10/2027, Idris will solve two-step word problems with 80% accuracy",
                ),
            ),
            ((50, "in 4 of 5 trials as measured by teacher-made tests."),),
            ((50, "Person(s) Responsible: Special education teacher"),),
            ((50, "Area of Need: Pragmatics"),),
            ((50, "Baseline: Idris seldom speaks to other students first."),),
            (
                (
                    50,
                    "Measurable Annual Goal #2: By 2/10/2027, Idris will initiate a conversation with a peer in 3 of 4",
                ),
            ),
            ((50, "observed recesses as measured by a tally."),),
            ((50, "Person(s) Responsible: Speech therapist"),),
            ((50, "Parents will be informed of progress:  [ ] Quarterly  [X] Trimester  [ ] Semester"),),
            ((50, "EDUCATIONAL SETTING"),),
            ((50, "Placement: regular class 71% of the day, separate class 29%"),),
            ((50, "Special transportation:  [ ] Yes  [X] No"),),
        ]
    )
    canvas.save()


# --- sentences and bullets, no table ---------------------------------------------------------------

PROSE_PLAN = Sample(
    name="prose",
    child="Odette Marsh",
    dates={
        "effective_from": date(2025, 9, 2),
        "effective_to": date(2026, 9, 1),
        "meeting_on": date(2025, 8, 26),
        "annual_review": date(2026, 8, 25),
    },
    services=(
        Service("speech-language therapy", 30, "2 times per week", 2, setting="small group"),
        Service(
            "specially designed instruction in reading", 45, "5 times per week", 2, setting="resource room"
        ),
        Service("occupational therapy", 20, "2 times per month", 2),
        Service("physical therapy", 30, "1 time per quarter", 2),
    ),
    accommodations=(
        ("Two movement breaks in each half of the day", 3),
        (
            "Written directions beside spoken ones, with a model of the finished work where one can be given",
            3,
        ),
        ("A quiet room for tests", 3),
        ("Homework cut to the half where it goes beyond twenty minutes", 3),
    ),
    goals=(
        ("answer why and how questions about a passage in 8 of 10", 1),
        ("fasten buttons and zippers without help on 4 of 5", 1),
    ),
    singles={
        "behavior_plan": ("break card", 3),
        "placement": ("general education class for at least 80", 4),
        "transport": ("small bus", 4),
    },
    progress_every="quarter",
)


def _bullets(items: Sequence[str]) -> ListFlowable:
    return ListFlowable([ListItem(p(item)) for item in items], bulletType="bullet", start="•")


def prose(path: Path) -> None:
    story: list[Flowable] = [
        p("Individualized Education Program", HEAD),
        p("Student: Odette Marsh. Grade: 2. School: Larch Street Elementary."),
        p(
            "This program was written at the team meeting of August 26, 2025. It is in effect from September 2, 2025 to September 1, 2026. "
            "The next annual review will be held on or before August 25, 2026."
        ),
        p("Goals", HEAD),
        p(
            "1. By the end of the plan year, Odette will answer why and how questions about a passage in 8 of 10 opportunities, measured by a weekly probe. (Now: 3 of 10.)"
        ),
        p(
            "2. By the end of the plan year, Odette will fasten buttons and zippers without help on 4 of 5 school days, measured by a checklist of the occupational therapist."
        ),
        p("The parents receive a written report of progress on these goals every quarter."),
        PageBreak(),
        p("Special Education and Related Services", HEAD),
        p(
            "Odette will receive two 30-minute sessions of speech-language therapy per week in a small group, outside of the general education class, from the speech-language pathologist."
        ),
        p(
            "Odette will receive 45 minutes of specially designed instruction in reading five times a week in the resource room."
        ),
        p(
            "Occupational therapy will be provided for 20 minutes twice a month, pull-out, by the occupational therapist."
        ),
        p("Physical therapy: consultation, 30 minutes, once a quarter."),
        PageBreak(),
        p("Accommodations", HEAD),
        p("The following will be provided in all settings:"),
        _bullets(
            [
                "Two movement breaks in each half of the day",
                "Written directions beside spoken ones, with a model of the finished work where one can be given",
                "A quiet room for tests",
                "Homework cut to the half where it goes beyond twenty minutes",
            ]
        ),
        p("Behavior", HEAD),
        p(
            "A behavior intervention plan is part of this program: a break card, a quiet corner, and a daily sheet that goes home."
        ),
        PageBreak(),
        p("Placement", HEAD),
        p("Odette is in the general education class for at least 80 percent of the day."),
        p("Transportation", HEAD),
        p("Odette rides the small bus with a seat belt harness."),
    ]
    build(path, story)


# --- columns without lines -------------------------------------------------------------------------

COLUMNS_PLAN = Sample(
    name="columns",
    child="Tobias Nkemelu",
    dates={
        "meeting_on": date(2025, 5, 28),
        "effective_from": date(2025, 9, 4),
        "annual_review": date(2026, 5, 28),
        "reevaluation_due": date(2026, 11, 15),
    },
    services=(
        Service(
            "Resource Room Program", 45, "5 times per week", 2, date(2025, 9, 4), setting="resource room"
        ),
        Service("Speech/Language Therapy", 30, "3 times per week", 2, date(2025, 9, 4), setting="speech"),
        Service("Counseling Services", 30, "1 time per week", 2, date(2025, 9, 4), setting="counselor"),
        Service("Parent Counseling and Training", 60, "1 time per quarter", 2, date(2025, 10, 1)),
    ),
    accommodations=(
        ("Refocusing and redirection", 3),
        ("Copy of class notes", 3),
        ("Special seating arrangements", 3),
        ("Extended time (2.0) for state and classroom tests longer than 20 minutes", 3),
    ),
    goals=(("use a graphic organizer to plan an essay", 1),),
    singles={"placement": ("Integrated co-teaching", 3)},
    progress_every="quarter",
)


def columns(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=landscape(letter))

    def lines(rows: Sequence[tuple[tuple[float, str], ...]], y: float, gap: float = 12) -> float:
        canvas.setFont("Helvetica", 9)
        for row in rows:
            for x, text in row:
                canvas.drawString(x, y, text)
            y -= gap
        return y

    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(40, 560, "INDIVIDUALIZED EDUCATION PROGRAM (IEP)")
    y = lines(
        [
            ((40, "STUDENT NAME: Tobias Nkemelu"), (420, "DATE OF BIRTH: 1/19/2013")),
            (
                (40, "DATE OF COMMITTEE MEETING: 5/28/2025"),
                (420, "PROJECTED DATE IEP IS TO BE IMPLEMENTED: 9/4/2025"),
            ),
            (
                (40, "PROJECTED DATE OF ANNUAL REVIEW: 5/28/2026"),
                (420, "PROJECTED DATE OF REEVALUATION: 11/15/2026"),
            ),
        ],
        535,
    )
    lines(
        [
            ((40, "MEASURABLE ANNUAL GOALS"),),
            ((40, "ANNUAL GOAL"), (330, "CRITERIA"), (460, "METHOD"), (600, "SCHEDULE")),
        ],
        y - 12,
    )
    lines(
        [
            (
                (40, "Tobias will use a graphic organizer to plan an essay"),
                (330, "4 of 5 essays"),
                (460, "Work samples"),
                (600, "Every 4 weeks"),
            ),
            ((40, "of three paragraphs."),),
        ],
        y - 50,
    )
    lines(
        [((40, "Progress toward the annual goals is reported to parents quarterly, with report cards."),)],
        y - 90,
    )
    canvas.showPage()
    lines(
        [
            ((40, "RECOMMENDED SPECIAL EDUCATION PROGRAMS AND SERVICES"),),
            (
                (40, "SPECIAL EDUCATION"),
                (210, "SERVICE DELIVERY"),
                (330, "FREQUENCY"),
                (440, "DURATION"),
                (540, "LOCATION"),
                (660, "PROJECTED"),
            ),
            (
                (40, "PROGRAM/SERVICES"),
                (210, "RECOMMENDATIONS"),
                (540, "WHERE PROVIDED"),
                (660, "BEGINNING DATE"),
            ),
        ],
        560,
    )
    y = 512
    for rows in (
        [
            (
                (40, "Resource Room Program"),
                (210, "Group 5:1"),
                (330, "5 x weekly"),
                (440, "45 min."),
                (540, "Resource room"),
                (660, "9/4/2025"),
            )
        ],
        [((40, "Related Services:"),)],
        [
            (
                (40, "Speech/Language"),
                (210, "Small group (3:1)"),
                (330, "3 x weekly"),
                (440, "30 min."),
                (540, "Speech therapy"),
                (660, "9/4/2025"),
            ),
            ((40, "Therapy"), (540, "room")),
        ],
        [
            (
                (40, "Counseling Services"),
                (210, "Individual"),
                (330, "Weekly"),
                (440, "30 min."),
                (540, "Counselor's office"),
                (660, "9/4/2025"),
            )
        ],
        [
            (
                (40, "Parent Counseling and"),
                (210, "Group"),
                (330, "Quarterly"),
                (440, "60 min."),
                (540, "Library"),
                (660, "10/1/2025"),
            ),
            ((40, "Training"),),
        ],
    ):
        y = lines(rows, y, 10) - 10
    canvas.showPage()
    y = lines(
        [
            ((40, "SUPPLEMENTARY AIDS AND SERVICES/PROGRAM MODIFICATIONS/ACCOMMODATIONS"),),
            ((40, "AIDS AND ACCOMMODATIONS"), (330, "FREQUENCY"), (460, "LOCATION"), (600, "BEGINNING DATE")),
        ],
        560,
    )
    for text, often in (
        ("Refocusing and redirection", "Daily"),
        ("Copy of class notes", "Each class"),
        ("Special seating arrangements", "Daily"),
    ):
        y = lines([((40, text), (330, often), (460, "All classes"), (600, "9/4/2025"))], y, 10) - 8
    y = lines(
        [
            ((40, "TESTING ACCOMMODATIONS"),),
            ((40, "TESTING ACCOMMODATION"), (330, "CONDITIONS"), (460, "IMPLEMENTATION")),
        ],
        y - 10,
    )
    y = lines(
        [
            (
                (40, "Extended time (2.0) for state and classroom"),
                (330, "All subjects"),
                (460, "Longer tests"),
            ),
            ((40, "tests longer than 20 minutes"),),
        ],
        y - 6,
        10,
    )
    lines(
        [((40, "PLACEMENT RECOMMENDATION"),), ((40, "Integrated co-teaching at Mill Road Middle School"),)],
        y - 20,
    )
    canvas.save()


# --- grids by place of service, cycles --------------------------------------------------------------

CYCLE_PLAN = Sample(
    name="cycle",
    child="Junia Park-Reyes",
    dates={"effective_from": date(2025, 11, 3), "effective_to": date(2026, 11, 2)},
    services=(
        Service(
            "Consultation",
            15,
            "1 time per 10-day cycle",
            1,
            date(2025, 11, 3),
            date(2026, 11, 2),
            provider="special education teacher",
        ),
        Service(
            "Academic support",
            40,
            "4 times per 5-day cycle",
            1,
            date(2025, 11, 3),
            date(2026, 11, 2),
            provider="special education teacher",
        ),
        Service(
            "Speech/Language",
            30,
            "2 times per 5-day cycle",
            1,
            date(2025, 11, 3),
            date(2026, 11, 2),
            provider="pathologist",
        ),
        Service(
            "Occupational Therapy",
            30,
            "1 time per 5-day cycle",
            1,
            date(2025, 11, 3),
            date(2026, 11, 2),
            provider="OTR",
        ),
    ),
    accommodations=(
        ("Visual schedule on the desk", 2),
        ("Check for understanding before independent work", 2),
        ("Access to a scribe for written work longer than a paragraph", 2),
    ),
    goals=(("count objects to 50 and write the number", 2),),
    singles={},
)


def cycle(path: Path) -> None:
    columns_ = [
        "Focus on Goal #",
        "Type of Service",
        "Type of Personnel",
        "Frequency and Duration/Per Cycle",
        "Start Date",
        "End Date",
    ]
    widths = [60, 120, 130, 130, 70, 70]
    span = ["11/3/2025", "11/2/2026"]
    story: list[Flowable] = [
        p("Individualized Education Program          IEP Dates: from 11/3/2025 to 11/2/2026", HEAD),
        p("Student Name: Junia Park-Reyes     DOB: 6/1/2018     SASID: 0000000000     Grade/Level: 1"),
        p("Service Delivery", HEAD),
        p("What are the total service delivery needs of this student? School District Cycle: 5 day cycle"),
        p("<b>A. Consultation (Indirect Services to School Personnel and Parents)</b>"),
        table(
            [
                columns_,
                ["1, 2", "Consultation", "Special Education Teacher", "1 x 15 min/10 day cycle", *span],
            ],
            widths,
        ),
        p("<b>B. Special Education and Related Services in General Education Classroom (Direct Service)</b>"),
        table(
            [
                columns_,
                ["1", "Academic support", "Special Education Teacher", "4 x 40 min/5 day cycle", *span],
            ],
            widths,
        ),
        p("<b>C. Special Education and Related Services in Other Settings (Direct Service)</b>"),
        table(
            [
                columns_,
                [
                    "2",
                    "Speech/Language",
                    "Speech-Language Pathologist or SLPA",
                    "2 x 30 min/5 day cycle",
                    *span,
                ],
                ["2", "Occupational Therapy", "OTR/COTA", "1 x 30 min/5 day cycle", *span],
            ],
            widths,
        ),
        PageBreak(),
        p("Accommodations", HEAD),
        p(
            "1. Visual schedule on the desk<br/>2. Check for understanding before independent work<br/>3. Access to a scribe for written work longer than a paragraph"
        ),
        p("Measurable Annual Goals", HEAD),
        p("Goal # 1          Specific Goal Focus: Numbers"),
        p("Current Performance Level: Junia counts to 20."),
        p(
            "Measurable Annual Goal: Junia will count objects to 50 and write the number in 4 out of 5 trials."
        ),
        p("Benchmark/Objectives: By January Junia will count to 30."),
    ]
    build(path, story, "Student: Junia Park-Reyes")


# --- a Section 504 plan ------------------------------------------------------------------------------

PLAN_504 = Sample(
    name="plan504",
    child="Calla Brightwater",
    plan="504",
    dates={"meeting_on": date(2026, 1, 14), "annual_review": date(2027, 1, 14)},
    accommodations=(
        ("Blood sugar checks in the classroom whenever Calla asks", 1),
        ("Water and restroom breaks without a pass", 1),
        ("Tests rescheduled when blood sugar is out of range", 1),
        ("A trained adult on every field trip", 1),
    ),
)


def plan504(path: Path) -> None:
    story: list[Flowable] = [
        p("SECTION 504 ACCOMMODATION PLAN", HEAD),
        p("Student: Calla Brightwater          Grade: 6          Date of Meeting: January 14, 2026"),
        p("Review Date: January 14, 2027"),
        p("Accommodations to be provided", HEAD),
        table(
            [
                ["No.", "Accommodation", "Person responsible", "Where"],
                ["1", "Blood sugar checks in the classroom whenever Calla asks", "School nurse", "Classroom"],
                ["2", "Water and restroom breaks without a pass", "All teachers", "All settings"],
                ["3", "Tests rescheduled when blood sugar is out of range", "All teachers", "All settings"],
                ["4", "A trained adult on every field trip", "Principal", "Field trips"],
            ],
            [30, 260, 110, 100],
        ),
    ]
    build(path, story)


PDF_SAMPLES: tuple[tuple[Sample, Callable[[Path], None]], ...] = (
    (GRID_PLAN, grid),
    (BLOCKS_PLAN, blocks),
    (PROSE_PLAN, prose),
    (COLUMNS_PLAN, columns),
    (CYCLE_PLAN, cycle),
    (PLAN_504, plan504),
)
