"""Headers of every answer, errors and files included."""

from __future__ import annotations

from collections.abc import Mapping

#: No inline script or style anywhere, so no nonce is needed.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_YEAR = 31_536_000


def security_headers(*, is_https: bool) -> Mapping[str, str]:
    """Return the headers that every answer carries unless it has set its own."""
    if not is_https:
        return _ALWAYS
    return _ALWAYS | {"Strict-Transport-Security": f"max-age={_YEAR}; includeSubDomains"}
