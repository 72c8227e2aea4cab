"""How often one may try to sign in, so that neither guessing works nor can anybody lock others out.

Wrong passwords count by address of the sender; by account and sender; and by account for all browsers together that
have never signed in to it. A browser that has (`devices`) counts by itself: whoever floods an account from elsewhere
does not keep its owner out. A passkey and a new password by e-mail lead in at any time.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from rathaus.identity import devices

APP = "allauth.account"
BY_SENDER, BY_ACCOUNT = "login_failed", "login_failed_account"


@dataclass(frozen=True)
class Attempt:
    """A try that counts unless it is taken back, as a right password does."""

    used: tuple[Any, ...]

    def take_back(self) -> None:
        for usage in self.used:
            usage.rollback()


def begin(request: HttpRequest, login: str, sender: str) -> Attempt | None:
    """Count a try for this account; None if there were too many."""
    used: list[Any] = []
    for action, key in _keys(request, login, sender):
        usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if usage is None:
            return None
        used.append(usage)
    return Attempt(tuple(used))


def forget(request: HttpRequest, login: str, sender: str) -> None:
    """After a new password by e-mail: the owner was here, tries of before do not count any more."""
    for action, key in _keys(request, login, sender):
        ratelimit.clear(request, app=APP, action=action, key=key)
    ratelimit.clear(request, app=APP, action=BY_ACCOUNT, key=login.lower())


def _keys(request: HttpRequest, login: str, sender: str) -> list[tuple[str, str]]:
    account, device = login.lower(), devices.secret_of(request, login)
    if device:
        return [(BY_SENDER, f"{account}|device|{device}")]
    return [(BY_SENDER, f"{account}|{network_of(sender)}"), (BY_ACCOUNT, account)]


def network_of(address: str) -> str:
    """The neighborhood of an address, 256 of IPv4 or a customer's whole IPv6: one sender has many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))
