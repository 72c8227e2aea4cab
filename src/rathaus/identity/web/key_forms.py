"""Forms for passkeys and security keys (`MFA_FORMS`): what a browser sends is never trusted to be well-formed."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

# What reading a malformed answer raises, depending on which part is missing or wrong.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class _CheckedAnswer:
    """Refuses an unreadable answer like a wrong one; without it allauth answers with an error page."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # from the form beside this class
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LoginWebAuthnForm(_CheckedAnswer, forms.LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AuthenticateWebAuthnForm(_CheckedAnswer, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]  # the same
    pass


class ReauthenticateWebAuthnForm(_CheckedAnswer, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # the same
    pass


class AddWebAuthnForm(forms.AddWebAuthnForm):  # type: ignore[misc]  # the same
    def clean(self) -> Any:
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
