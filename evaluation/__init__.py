"""How well iep-mail reads labelled mailboxes; outside the package, for contributors."""
