"""Mail servers on this very computer, such as Proton Mail Bridge, and the certificates they sign themselves."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import suppress

from iep_mail.model import Server

_SELF_SIGNED = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT


def is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def signed_by_itself_here(server: Server, error: ssl.SSLCertVerificationError) -> bool:
    """Whether all that is wrong with the certificate is that a program on this computer signed it itself."""
    local = server.security == "starttls" and is_loopback(server.host)
    return local and error.verify_code == _SELF_SIGNED


def trusting() -> ssl.SSLContext:
    """TLS without looking at the certificate; for this computer alone."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
