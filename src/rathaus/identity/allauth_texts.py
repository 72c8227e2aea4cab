"""Texts of django-allauth that we say in our own German.

Its German addresses people as "du" and has gaps. The same msgid in our catalogue wins, because identity stands
before allauth in `INSTALLED_APPS`; naming them here lets `makemessages` keep them.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Code"),
    _("Authenticator code"),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes additional "
        "requirements such as biometrics or PIN protection."
    ),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("You must type the same password each time."),
    _("This email address is already associated with this account."),
    _("A user is already registered with this email address."),
    _("This account is currently inactive."),
    _("Invalid login."),
    _("Invalid or expired key."),
    _("The new value must be different from the current one."),
    _("You cannot remove your primary email address."),
    _("You cannot add more than %d email addresses."),
    _("Your primary email address must be verified."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("Unable to confirm %(email)s because it is already confirmed by a different account."),
    _("Confirmation email sent to %(email)s."),
    _("You have confirmed %(email)s."),
    _("Removed email address %(email)s."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Primary email address set."),
    _("A new set of recovery codes has been generated."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Security key added."),
    _("Security key removed."),
)
