"""Reading a mailbox over IMAP, and putting drafts and copies of sent letters into it."""

from iep_mail.adapters.imap.connection import Limits
from iep_mail.adapters.imap.drafts import put_draft, read_drafts, take_back_draft
from iep_mail.adapters.imap.poll import poll_mailbox
from iep_mail.adapters.imap.sent import lies_in_sent, put_sent

__all__ = [
    "Limits",
    "lies_in_sent",
    "poll_mailbox",
    "put_draft",
    "put_sent",
    "read_drafts",
    "take_back_draft",
]
