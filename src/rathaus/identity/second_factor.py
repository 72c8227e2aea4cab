"""Whether a session proved more than a password, and whether the town asks it of its staff."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.models import UserAccount

MFA = "mfa"


def is_missing(request: HttpRequest, assurance: AssuranceLevel) -> bool:
    """True for staff of a town that wants a second factor, until the session has shown one.

    A passkey, a code from an app, a recovery code or an electronic identity is one.
    """
    account = request.user
    if not settings.STAFF_SECOND_FACTOR or not isinstance(account, UserAccount) or not account.is_employee:
        return False
    if assurance >= AssuranceLevel.SUBSTANTIAL:
        return False
    return not any(record.get("method") == MFA for record in get_authentication_records(request, account))
