from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from rathaus.adapters.demo_eid.persons import KEY, PERSONS
from rathaus.identity.public import ElectronicIdentity, IdentityRefused

SALT = "rathaus.adapters.demo_eid"
CODE_SECONDS = 120


class DemoProvider:
    """Stands in for an electronic identity in demonstrations: whoever clicks is believed."""

    key = KEY

    @property
    def title(self) -> str:
        return _("Demo identity card (made-up persons)")

    @property
    def description(self) -> str:
        return _("Only in this demonstration: choose a made-up person instead of showing an identity card.")

    def is_available(self) -> bool:
        return bool(settings.DEMO_IDENTITY)

    def begin(self, *, state: str, callback_url: str) -> str:
        return f"{reverse('demo_eid:choose')}?{urlencode({'state': state})}"

    def complete(self, *, state: str, answer: Mapping[str, str]) -> ElectronicIdentity:
        if not self.is_available():
            raise IdentityRefused("demo provider is switched off")
        try:
            code = signing.loads(answer.get("code", ""), salt=SALT, max_age=CODE_SECONDS)
        except signing.BadSignature as error:
            raise IdentityRefused(f"bad code: {type(error).__name__}") from error
        if code["state"] != state:
            raise IdentityRefused("code belongs to another request")
        return PERSONS[code["person"]]


def issue_code(*, state: str, person: str) -> str:
    """What the provider hands to the browser: signed, short-lived, bound to this one request."""
    return signing.dumps({"state": state, "person": person}, salt=SALT)
