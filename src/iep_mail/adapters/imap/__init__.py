"""Reading a mailbox over IMAP, and putting drafts into it."""

from iep_mail.adapters.imap.connection import Limits
from iep_mail.adapters.imap.drafts import put_draft
from iep_mail.adapters.imap.poll import poll_mailbox

__all__ = ["Limits", "poll_mailbox", "put_draft"]
