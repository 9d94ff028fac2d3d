"""Without tokens the service stays on this machine."""

from __future__ import annotations

import ipaddress

from graph.errors import InvalidInput


class ExposedWithoutTokens(InvalidInput):
    """The service would be open to everyone who can reach it."""

    code = "EXPOSED_WITHOUT_TOKENS"


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine and can be reached from it alone."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_exposure(host: str, *, tokens: bool) -> None:
    """Raise ExposedWithoutTokens where the service would listen beyond loopback and ask nobody for a token."""
    if not tokens and not is_loopback(host):
        raise ExposedWithoutTokens(
            f"Without tokens everyone who reaches {host} could do everything",
            place="TWIN_AUTH",
            expected="TWIN_AUTH=token, or TWIN_HOST on loopback (127.0.0.1)",
            actual=f"TWIN_AUTH=none with TWIN_HOST={host}",
            hint="Set TWIN_AUTH=token and make a token with `twin token create`, or listen at 127.0.0.1",
        )
