"""``{% load identity %}``: what the sign-in page needs besides allauth's context."""

from __future__ import annotations

from django import template

from rathaus.identity.electronic import ElectronicIdentityProvider
from rathaus.identity.queries.electronic import available_providers

register = template.Library()


@register.simple_tag
def electronic_identities() -> list[ElectronicIdentityProvider]:
    """The electronic identities that can be used here and now."""
    return available_providers()
