from __future__ import annotations

from rathaus.identity.electronic import ElectronicIdentityProvider, identity_providers
from rathaus.identity.models import LinkedIdentity, UserAccount


def available_providers() -> list[ElectronicIdentityProvider]:
    """The providers that can be used here and now."""
    return [provider for provider in identity_providers if provider.is_available()]


def linked_identities(account: UserAccount) -> list[LinkedIdentity]:
    return list(LinkedIdentity.objects.filter(account=account).order_by("linked_at"))
