"""What the browser tests of the desk share: a desk with a case, and a browser that is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from rathaus.identity.public import UserAccount
from tests.factories import identity


def sign_in(context: BrowserContext, server: Any, person: UserAccount) -> None:
    """Give the browser the session of a person."""
    client = identity.sign_in(Client(), person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])
