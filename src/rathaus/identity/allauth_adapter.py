"""How django-allauth behaves in this house. The settings name these classes."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rathaus.identity import attempts, security_log
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.actors import actor_for
from rathaus.identity.queries.town import town
from rathaus.identity.tasks import send_account_mail
from rathaus.kernel.public import audit, keys

STAFF_START = "/amt/"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "E-mail address and password do not go together. Please check both for typing errors."
        ),
        "too_many_login_attempts": _(
            "Too many failed attempts. Please wait a while, sign in with a passkey, or have a link for a new "
            "password sent to you."
        ),
        "rate_limited": _("Too many attempts in a short time. Please wait a few minutes and try again."),
        "incorrect_code": _("The code is not right or no longer valid. Please enter the current one."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The current password is not right."),
        "invalid_password_reset": _("The link is no longer valid. Please request a new one."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff start at their desk, citizens where the site says."""
        account = request.user
        if isinstance(account, UserAccount) and actor_for(account).is_staff:
            return STAFF_START
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self._security_page()

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        if self.request.user.is_authenticated:
            return self._security_page()
        return str(super().get_email_verification_redirect_url(email_address))

    def _security_page(self) -> str:
        return reverse("identity:security")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As a job: a mail server that is down neither loses the mail nor breaks the page.

        It also takes the same time whether or not an address is known here.
        """
        links = {name: _public(url) for name, url in context.items() if name.endswith("_url") and url}
        message = self.render_mail(
            template_prefix, email, {"email": email, "town": town(), **context, **links}
        )
        send_account_mail.enqueue(message.subject, message.body, message.from_email, message.to)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        login = str(credentials.get("email") or "")
        self._attempt = attempts.begin(request, login, self.get_client_ip(request))
        if self._attempt is None:
            security_log.note("sign_in_limited", request, login=security_log.code_of(login))
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        if self._attempt is not None:
            self._attempt.take_back()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.forget(request, str(credentials.get("email") or ""), self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: UserAccount, **kwargs: Any) -> Any:
        with transaction.atomic():
            audit.append(
                actor=actor_for(user).audit_name,
                action="identity.signed_in",
                subject=f"identity.account:{user.pk}",
            )
        return super().post_login(request, user, **kwargs)

    def save_user(
        self, request: HttpRequest, user: UserAccount, form: Any, commit: bool = True
    ) -> UserAccount:
        with transaction.atomic():
            account: UserAccount = super().save_user(request, user, form, commit)
            audit.append(
                actor=f"citizen:{account.pk}",
                action="identity.account_created",
                subject=f"identity.account:{account.pk}",
            )
        return account


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets of the second factor are stored encrypted: a copy of the database does not open accounts."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"]
    }

    def get_totp_issuer(self) -> str:
        return town().name

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _public(url: str) -> str:
    """The link with the town's own address: the name in a request's Host header is anybody's to choose."""
    parts = urlsplit(url)
    return f"{settings.RATHAUS_PUBLIC_URL}{urlunsplit(('', '', parts.path, parts.query, ''))}"


def _cipher() -> Fernet:
    """The town's lasting key, as the secret key of sessions may be changed at any time."""
    return Fernet(base64.urlsafe_b64encode(keys.kept_key(keys.SECOND_FACTOR)))
