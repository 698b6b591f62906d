"""atheris: any bytes as one message; nothing may be raised, and none may be quarantined for a fault of ours."""

import sys

import atheris

with atheris.instrument_imports(include=["iep_mail", "mailparser", "selectolax"]):
    from iep_mail.core.reading.message import read_envelope, read_message


def read(raw: bytes) -> None:
    message = read_message(raw)
    read_envelope(raw)
    if any("could not be read" in problem for problem in message.problems) and raw.count(b"boundary") < 20:
        raise AssertionError("quarantined")


atheris.Setup(sys.argv, read)
atheris.Fuzz()
