"""Sample plans in further layouts, written after the reader was, to measure it on what it had not seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Spacer

from plans.pdf_samples import HEAD, build, p, table
from plans.truth import Sample, Service, service_rows

# --- committee papers with deliberations, nine weeks ------------------------------------------------

NINE_WEEKS = Sample(
    name="nineweeks",
    child="Paloma Ortega",
    dates={
        "meeting_on": date(2025, 11, 12),
        "effective_from": date(2025, 11, 17),
        "effective_to": date(2026, 11, 11),
        "annual_review": date(2026, 11, 11),
        "reevaluation_due": date(2028, 1, 20),
    },
    services=(
        Service(
            "Reading, specially designed instruction",
            45,
            "5 times per week",
            3,
            date(2025, 11, 17),
            date(2026, 11, 11),
            "resource",
        ),
        Service(
            "Speech Therapy", 30, "8 times per 9 weeks", 3, date(2025, 11, 17), date(2026, 11, 11), "speech"
        ),
        Service(
            "Occupational Therapy",
            20,
            "3 times per 9 weeks",
            3,
            date(2025, 11, 17),
            date(2026, 5, 28),
            "classroom",
        ),
    ),
    accommodations=(
        ("Oral administration of tests", 2),
        ("Reduced number of math problems on a page", 2),
        ("Seat away from the door", 2),
    ),
    goals=(("decode two-syllable words with 90% accuracy", 2),),
    singles={"transport": ("Special transportation with a car seat", 4)},
    progress_every="marking period",
)


def nineweeks(path: Path) -> None:
    span = ["11/17/2025", "11/11/2026"]
    story: list[Flowable] = [
        p("ADMISSION, REVIEW AND DISMISSAL (ARD) / INDIVIDUALIZED EDUCATION PROGRAM", HEAD),
        table(
            [
                [
                    "Student Name",
                    "Date of ARD Meeting",
                    "IEP Begin Date",
                    "IEP End Date",
                    "Next Annual Review",
                ],
                ["Paloma Ortega", "11/12/2025", "11/17/2025", "11/11/2026", "11/11/2026"],
            ],
            [130, 100, 90, 90, 100],
        ),
        p("Three-Year Reevaluation Due: 01/20/2028"),
        p("Disability: speech impairment, specific learning disability", HEAD),
        PageBreak(),
        p("MEASURABLE ANNUAL GOAL", HEAD),
        p(
            "Goal: By the next annual ARD Paloma will decode two-syllable words with 90% accuracy in 3 of 4 probes."
        ),
        p("Method of evaluation: weekly probes"),
        p("Reports of progress will be sent at the end of each nine weeks with the report card."),
        p("ACCOMMODATIONS", HEAD),
        table(
            [
                ["Accommodation", "Reading", "Math", "Science"],
                ["Oral administration of tests", "X", "X", "X"],
                ["Reduced number of math problems on a page", "", "X", ""],
                ["Seat away from the door", "X", "X", "X"],
            ],
            [250, 70, 70, 70],
        ),
        PageBreak(),
        p("SCHEDULE OF SERVICES", HEAD),
        table(
            [
                ["Instructional / Related Service", "Location", "Frequency", "Duration", "Begin", "End"],
                [
                    "Reading, specially designed instruction",
                    "Resource classroom",
                    "5 times per week",
                    "45 minutes",
                    *span,
                ],
                [
                    "Speech Therapy",
                    "Speech room",
                    "8 sessions per nine weeks",
                    "30 minutes per session",
                    *span,
                ],
                [
                    "Occupational Therapy",
                    "Classroom",
                    "3 sessions per nine weeks",
                    "20 minutes per session",
                    "11/17/2025",
                    "05/28/2026",
                ],
            ],
            [140, 90, 90, 80, 60, 60],
        ),
        PageBreak(),
        p("DELIBERATIONS", HEAD),
        p(
            "The parent asked for 60 minutes of counseling once a week. The committee did not agree. The parent also asked about "
            "occupational therapy for 30 minutes two times per week."
        ),
        p("Transportation", HEAD),
        p("Special transportation with a car seat is recommended."),
    ]
    build(path, story, "Ortega, Paloma")


# --- minutes a week, inside and outside -------------------------------------------------------------

MINUTES = Sample(
    name="minutes",
    child="Dashiell Wu",
    dates={
        "meeting_on": date(2025, 9, 17),
        "last_evaluation": date(2023, 10, 2),
        "reevaluation_due": date(2026, 10, 2),
    },
    services=(
        Service("Special Education Resource, Math", 150, "per week", 2),
        Service("Speech/Language", 60, "per week", 2),
        Service("Social Work", 30, "per week", 2),
    ),
    accommodations=(
        ("directions read aloud", 1),
        ("extra time of 50 percent on tests", 1),
        ("a calculator for multi-step problems", 1),
        ("graph paper for lining up columns", 1),
    ),
    goals=(("add and subtract fractions with unlike denominators", 1), ("name three calming strategies", 1)),
    singles={"behavior_plan": ("calming corner", 2), "placement": ("40% to 79%", 2)},
    progress_every="quarter",
)


def minutes(path: Path) -> None:
    story: list[Flowable] = [
        p("INDIVIDUALIZED EDUCATION PROGRAM (CONFERENCE SUMMARY REPORT)", HEAD),
        p("STUDENT: Dashiell Wu"),
        p("DATE OF MOST RECENT EVALUATION: 10/02/2023     DATE OF NEXT REEVALUATION: 10/02/2026"),
        p("DATE OF MEETING: 09/17/2025"),
        p("GOALS AND OBJECTIVES", HEAD),
        p(
            "Goal Statement #1: Dashiell will add and subtract fractions with unlike denominators in 8 of 10 problems."
        ),
        p("Evaluation Criteria: 80% accuracy. Evaluation Procedures: teacher tests. Schedule: quarterly"),
        p(
            "Goal Statement #2: Dashiell will name three calming strategies and use one of them in 4 of 5 observed conflicts."
        ),
        p("Parents are informed of progress each quarter."),
        p("SUPPLEMENTARY AIDS, ACCOMMODATIONS, AND MODIFICATIONS", HEAD),
        p(
            "Classroom: directions read aloud; extra time of 50 percent on tests; a calculator for multi-step problems; graph paper for lining up columns."
        ),
        PageBreak(),
        p("EDUCATIONAL SERVICES AND PLACEMENT", HEAD),
        table(
            [
                [
                    "Special Education and Related Services",
                    "Minutes Per Week in General Education",
                    "Minutes Per Week in Special Education",
                ],
                ["Special Education Resource, Math", "", "150"],
                ["Speech/Language", "", "60"],
                ["Social Work", "30", ""],
            ],
            [220, 140, 140],
        ),
        Spacer(1, 8),
        p("Educational environment: inside the general education class 40% to 79% of the day"),
        p("FUNCTIONAL BEHAVIORAL ASSESSMENT AND BEHAVIOR INTERVENTION PLAN", HEAD),
        p(
            "Behavior Intervention Plan: a calming corner, a visual timer, check-in each morning with the social worker."
        ),
        p("Transportation: No special transportation is needed."),
    ]
    build(path, story)


# --- a small table of labels for each service ---------------------------------------------------------

FORMS = Sample(
    name="forms",
    child="Bree Lindholm",
    dates={
        "meeting_on": date(2026, 1, 22),
        "effective_from": date(2026, 1, 26),
        "effective_to": date(2027, 1, 21),
        "annual_review": date(2027, 1, 21),
        "reevaluation_due": date(2027, 5, 3),
    },
    services=service_rows(
        date(2026, 1, 26),
        date(2027, 1, 21),
        "Specially designed instruction in written expression | 40 | 3 times per week | 2 |  | ",
        "Physical therapy | 30 | 2 times per month | 2 |  | ",
    ),
    accommodations=(
        ("Speech-to-text for assignments longer than one paragraph", 2),
        ("A slant board at every desk", 2),
    ),
    goals=(("write five complete sentences on one topic", 1),),
    singles={"placement": ("Resource room up to 20%", 3)},
    progress_every="quarter",
)


def forms(path: Path) -> None:
    def service(name: str, amount: str, often: str) -> Flowable:
        return table(
            [
                ["Service:", name, "Provider:", "Intervention specialist"],
                ["Begin:", "01/26/2026", "End:", "01/21/2027"],
                ["Amount of time:", amount, "Frequency:", often],
            ],
            [90, 190, 80, 150],
        )

    story: list[Flowable] = [
        p("IEP  Individualized Education Program", HEAD),
        table(
            [
                ["NAME:", "Bree Lindholm", "MEETING DATE:", "01/22/2026"],
                ["IEP EFFECTIVE DATES", "Start: 01/26/2026", "End: 01/21/2027", ""],
                ["NEXT IEP REVIEW:", "01/21/2027", "NEXT REEVALUATION DUE:", "05/03/2027"],
            ],
            [120, 130, 140, 120],
        ),
        p("6 MEASURABLE ANNUAL GOALS", HEAD),
        p("Area: written expression"),
        p("Annual Goal: Bree will write five complete sentences on one topic in 4 of 5 samples."),
        p(
            "Frequency of written progress reporting toward goal mastery to the student's parents: every quarter"
        ),
        PageBreak(),
        p("7 DESCRIPTION(S) OF SPECIALLY DESIGNED SERVICES", HEAD),
        p("SPECIALLY DESIGNED INSTRUCTION"),
        service("Specially designed instruction in written expression", "40 minutes", "3 times per week"),
        p("RELATED SERVICES"),
        service("Physical therapy", "30 minutes", "2 times per month"),
        p("ACCOMMODATIONS", HEAD),
        table(
            [
                ["Accommodation", "Begin", "End"],
                ["Speech-to-text for assignments longer than one paragraph", "01/26/2026", "01/21/2027"],
                ["A slant board at every desk", "01/26/2026", "01/21/2027"],
            ],
            [320, 90, 90],
        ),
        PageBreak(),
        p("11 LEAST RESTRICTIVE ENVIRONMENT", HEAD),
        p("Resource room up to 20% of the day; the rest with typically developing peers."),
    ]
    build(path, story)


# --- service lines -------------------------------------------------------------------------------------

LINES = Sample(
    name="lines",
    child="Soren Abdi",
    dates={
        "meeting_on": date(2025, 6, 3),
        "effective_from": date(2025, 9, 8),
        "effective_to": date(2026, 6, 19),
        "annual_review": date(2026, 6, 2),
    },
    services=service_rows(
        date(2025, 9, 8),
        date(2026, 6, 19),
        "In-Class Resource Program: English Language Arts | 80 | 5 times per week | 1 |  | ",
        "Speech-Language Therapy | 30 | 2 times per week | 1 | group | ",
        "Occupational Therapy | 30 | 1 time per week | 1 | individual | ",
    ),
    accommodations=(
        ("Allow extra time for task completion", 2),
        ("Provide a peer note taker or copies of notes", 2),
        ("Break long assignments into parts with their own due dates", 2),
    ),
    goals=(("retell a story with its main events in order", 2),),
    singles={},
    progress_every="marking period",
)


def lines(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=letter)

    def page(rows: tuple[str, ...]) -> None:
        y = 745.0
        for row in rows:
            canvas.setFont("Times-Bold" if row.isupper() else "Times-Roman", 11)
            canvas.drawString(54, y, row)
            y -= 15
        canvas.showPage()

    page(
        (
            "INDIVIDUALIZED EDUCATION PROGRAM",
            "Student: Soren Abdi     Grade: 4     Date of IEP Meeting: 06/03/2025",
            "IEP Implementation Date: 09/08/2025     IEP End Date: 06/19/2026",
            "Annual Review Date: 06/02/2026",
            "SPECIAL EDUCATION PROGRAMS AND RELATED SERVICES",
            "In-Class Resource Program: English Language Arts, 5x weekly, 80 min., 09/08/2025 - 06/19/2026",
            "Speech-Language Therapy: Group (not to exceed 3), 2x weekly, 30 min., 09/08/2025 - 06/19/2026",
            "Occupational Therapy: Individual, 1x weekly, 30 min., 09/08/2025 - 06/19/2026",
            "EXTENDED SCHOOL YEAR",
            "Speech-Language Therapy: Group, 1x weekly, 30 min., 07/06/2026 - 07/31/2026",
        )
    )
    page(
        (
            "GOALS AND OBJECTIVES",
            "1. Soren will retell a story with its main events in order with 80% accuracy, measured by a rubric.",
            "Progress reports are given each marking period.",
            "MODIFICATIONS",
            "- Allow extra time for task completion",
            "- Provide a peer note taker or copies of notes",
            "- Break long assignments into parts with their own due dates",
            "- None for physical education",
        )
    )
    canvas.save()


# --- a matrix with a slash ------------------------------------------------------------------------------

MATRIX = Sample(
    name="matrix",
    child="Ximena Castle",
    dates={
        "meeting_on": date(2025, 12, 9),
        "effective_from": date(2025, 12, 10),
        "annual_review": date(2026, 12, 8),
        "last_evaluation": date(2024, 4, 16),
    },
    services=service_rows(
        date(2025, 12, 10),
        date(2026, 12, 8),
        "Reading | 30 | 4 times per week | 2 | special education | teacher",
        "Communication | 25 | 2 times per week | 2 | special education | SLP",
        "Fine motor | 30 | 1 time per week | 2 | general education | OT",
        "Paraeducator support | 120 | 5 times per week | 2 | general education | para",
    ),
    accommodations=(("Sentence starters", 1), ("Fidget tool", 1), ("Tests in a separate room", 1)),
    goals=(("improve reading fluency from 40 to 85 words per minute", 1),),
    singles={},
    progress_every="trimester",
)


def matrix(path: Path) -> None:
    span = ["12/10/2025", "12/08/2026"]
    story: list[Flowable] = [
        p("Individualized Education Program", HEAD),
        p("Student Name: Ximena Castle"),
        p("IEP Meeting Date: 12/09/2025"),
        p("Projected IEP Start Date: 12/10/2025"),
        p("IEP Review Date (annual): 12/08/2026"),
        p("Most Recent Evaluation Date: 04/16/2024"),
        p("Measurable Annual Goals", HEAD),
        p(
            "GOAL: By 12/08/2026, when given a third grade text Ximena will improve reading fluency from 40 to 85 words per minute as measured by weekly timed readings."
        ),
        p("Progress will be reported each trimester."),
        p("Accommodations and Modifications", HEAD),
        table(
            [
                ["Accommodation(s)", "Frequency", "Location", "Duration mm/dd/yy to mm/dd/yy"],
                ["Sentence starters", "Daily", "All classes", "12/10/25 to 12/08/26"],
                ["Fidget tool", "Daily", "All classes", "12/10/25 to 12/08/26"],
                ["Tests in a separate room", "Each test", "All classes", "12/10/25 to 12/08/26"],
            ],
            [180, 80, 100, 150],
        ),
        PageBreak(),
        p("Special Education and Related Services", HEAD),
        table(
            [
                [
                    "Service(s)",
                    "Service Provider for Delivering Service",
                    "Frequency",
                    "Location (setting)",
                    "Start Date",
                    "End Date",
                ],
                ["Special Education"],
                [
                    "Reading",
                    "Special education teacher",
                    "30 Minutes / 4 Times Weekly",
                    "Special Education",
                    *span,
                ],
                ["Communication", "SLP", "25 Minutes / 2 Times Weekly", "Special Education", *span],
                ["Related"],
                ["Fine motor", "OT", "30 Minutes / 1 Times Weekly", "General Education", *span],
                ["Supplementary Aids and Services"],
                [
                    "Paraeducator support",
                    "Paraeducator",
                    "120 Minutes / 5 Times Weekly",
                    "General Education",
                    *span,
                ],
            ],
            [100, 110, 100, 90, 60, 60],
            [
                ("GRID", (0, 0), (-1, -1), 0.6, "#000000"),
                ("SPAN", (0, 1), (-1, 1)),
                ("SPAN", (0, 4), (-1, 4)),
                ("SPAN", (0, 6), (-1, 6)),
            ],
        ),
    ]
    build(path, story, "Student: Ximena Castle", wide=False)


MORE_SAMPLES: tuple[tuple[Sample, Callable[[Path], None]], ...] = (
    (NINE_WEEKS, nineweeks),
    (MINUTES, minutes),
    (FORMS, forms),
    (LINES, lines),
    (MATRIX, matrix),
)
