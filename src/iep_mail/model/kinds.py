"""Which kinds there are of what mail, law and letters know: closed sets of words."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    TO_SCHOOL = "to_school"
    FROM_SCHOOL = "from_school"


class MessageKind(StrEnum):
    PERSONAL = "personal"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    PORTAL_NOTICE = "portal_notice"
    CALENDAR = "calendar"
    BULK = "bulk"


class Channel(StrEnum):
    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"
    MEETING = "meeting"
    PORTAL = "portal"
    TEXT = "text"
    TALK = "talk"


class RequestKind(StrEnum):
    RECORDS = "records"
    MEETING = "meeting"
    EVALUATION = "evaluation"
    IEE = "iee"
    PRIOR_WRITTEN_NOTICE = "prior_written_notice"
    PROGRESS_DATA = "progress_data"
    MAKE_UP_SERVICES = "make_up_services"
    SERVICE_DELIVERY = "service_delivery"
    ACCOMMODATION = "accommodation"
    INFORMATION = "information"
    AMENDMENT = "amendment"
    FACILITATION = "facilitation"
    MEDIATION = "mediation"
    OTHER = "other"


class Effect(StrEnum):
    """What a school message did to a request."""

    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    REFUSED = "refused"


class RequestStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        return self in (RequestStatus.ANSWERED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN)


class CommitmentStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class CaseStatus(StrEnum):
    OPEN = "open"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class DraftStatus(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"


class Basis(StrEnum):
    EXPLICIT = "explicit"
    TABLE = "table"
    BUILT_IN = "built-in"


class DayKind(StrEnum):
    """The three kinds of day that 34 CFR 300.11 defines."""

    CALENDAR = "days"
    BUSINESS = "business days"
    SCHOOL = "school days"


class ClockClass(StrEnum):
    """LEGAL: a number in law. STANDARD: words in law, no number. NUDGE: a habit of ours."""

    LEGAL = "LEGAL"
    STANDARD = "STANDARD"
    NUDGE = "NUDGE"


class FlagKind(StrEnum):
    OVERDUE_REQUEST = "overdue_request"
    OVERDUE_COMMITMENT = "overdue_commitment"
    REFUSED_REQUEST = "refused_request"
    NOT_DELIVERED = "not_delivered"
    DUE_SOON = "due_soon"
    POSSIBLE_ANSWER = "possible_answer"
    MISSED_SERVICE = "missed_service"
    UNREADABLE_MESSAGE = "unreadable_message"
    MAILBOX_NOT_READ = "mailbox_not_read"
    PARENT_DEADLINE = "parent_deadline"
    PROGRESS_REPORT_DUE = "progress_report_due"
    ANNUAL_REVIEW_DUE = "annual_review_due"
    REEVALUATION_DUE = "reevaluation_due"
    COPY_OF_PLAN = "copy_of_plan"
    NOTICE_AFTER_MEETING = "notice_after_meeting"
    SAFEGUARDS_NOTICE = "safeguards_notice"
    SERVICES_NOT_STARTED = "services_not_started"
    CONFIRM_RESOLUTION = "confirm_resolution"
    CHECK_IN = "check_in"
    REOPENED = "reopened"
