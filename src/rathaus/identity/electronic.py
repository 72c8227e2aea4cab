"""The port for electronic identities (eID, BundID, ...): adapters implement it and register themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rathaus.identity.enums import AssuranceLevel
from rathaus.kernel.public import registry


class IdentityRefused(Exception):
    """The provider's answer does not prove who the person is; the message is for the log, not the page."""


@dataclass(frozen=True, slots=True)
class ElectronicIdentity:
    """What a provider vouches for; `subject` is stable and belongs to one person at this provider."""

    provider: str
    subject: str
    assurance: AssuranceLevel
    given_name: str
    family_name: str
    birth_date: date | None = None
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""


class ElectronicIdentityProvider(Protocol):
    """Sends people to the provider and reads its answer. State against replay is kept by identity."""

    key: str

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...

    def is_available(self) -> bool:
        """False hides the provider everywhere and refuses its answers."""
        ...

    def begin(self, *, state: str, callback_url: str) -> str:
        """The address to which the person's browser goes next."""
        ...

    def complete(self, *, state: str, answer: Mapping[str, str]) -> ElectronicIdentity:
        """Read the parameters with which the browser came back; raises `IdentityRefused`."""
        ...


identity_providers = registry.Registry[ElectronicIdentityProvider](
    "electronic identity", key=lambda provider: provider.key
)
