"""E-mail address, telephone number and IBAN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import phonenumbers
import schwifty
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from schwifty import exceptions as iban_errors

from ..definition.spec import Spec
from .base import Invalid
from .single import SingleInput
from .text import has_controls, tidy

MAX_EMAIL = 254
MAX_PHONE = 40
MAX_IBAN = 60
HOME = "DE"
_is_email = EmailValidator()
_IBAN_SIGNS = re.compile(r"[A-Za-z0-9]+", re.ASCII)


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise Invalid(_("“%(label)s” must be text."))
    text = tidy(value)
    if len(text) > limit or has_controls(text) or "\n" in text:
        raise Invalid(_("“%(label)s” is too long or contains characters that do not belong there."))
    return text


@dataclass(frozen=True, slots=True)
class Email(SingleInput):
    type: ClassVar[str] = "email"

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls()

    def clean(self, value: Any) -> Any:
        text = _text(value, MAX_EMAIL)
        if not text:
            return None
        try:
            _is_email(text)
        except ValidationError:
            raise Invalid(_("Enter “%(label)s” in the form name@example.org.")) from None
        local, _at, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {**super(Email, self).widget(value, typed, language), "type": "email"}

    def attributes(self) -> dict[str, object]:
        return {
            "autocomplete": "email",
            "inputmode": "email",
            "spellcheck": "false",
            "autocapitalize": "none",
        }


@dataclass(frozen=True, slots=True)
class Phone(SingleInput):
    """A telephone number, canonical in E.164 ("+4953731234"); without country code it is German."""

    type: ClassVar[str] = "phone"

    def clean(self, value: Any) -> Any:
        text = _text(value, MAX_PHONE)
        if not text:
            return None
        try:
            number = phonenumbers.parse(text, HOME)
        except phonenumbers.NumberParseException:
            raise Invalid(
                _("Enter “%(label)s” as a telephone number with area code, for example 030 123456.")
            ) from None
        reason = phonenumbers.is_possible_number_with_reason(number)
        if reason == phonenumbers.ValidationResult.TOO_LONG:
            raise Invalid(_("“%(label)s” has too many digits. Check the telephone number."))
        if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
            raise Invalid(
                _(
                    "“%(label)s” is not complete. Enter the telephone number with area code, for example 030 123456."
                )
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def shown(self, value: Any, language: str) -> str:
        number = phonenumbers.parse(value, HOME)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def entered(self, value: Any, language: str) -> str:
        return self.shown(value, language)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {**super(Phone, self).widget(value, typed, language), "type": "tel"}

    def attributes(self) -> dict[str, object]:
        return {"autocomplete": "tel"}


@dataclass(frozen=True, slots=True)
class Iban(SingleInput):
    """An IBAN (ISO 13616), canonical without blanks in capitals."""

    type: ClassVar[str] = "iban"

    def clean(self, value: Any) -> Any:
        text = "".join(_text(value, MAX_IBAN).split())
        if not text:
            return None
        if not _IBAN_SIGNS.fullmatch(text):
            raise Invalid(_("“%(label)s” may only contain letters and digits."))
        try:
            return str(schwifty.IBAN(text.upper()).compact)
        except iban_errors.InvalidLength:
            raise Invalid(_("“%(label)s” has the wrong length. A German IBAN has 22 characters.")) from None
        except iban_errors.InvalidChecksumDigits:
            raise Invalid(
                _(
                    "“%(label)s” contains a typing error: its check digits do not fit. Compare it with your card."
                )
            ) from None
        except iban_errors.InvalidCountryCode:
            raise Invalid(_("“%(label)s” must begin with a country code, for example DE.")) from None
        except iban_errors.SchwiftyException:
            raise Invalid(_("“%(label)s” is not a valid IBAN. Compare it with your bank card.")) from None

    def shown(self, value: Any, language: str) -> str:
        return " ".join(value[start : start + 4] for start in range(0, len(value), 4))

    def entered(self, value: Any, language: str) -> str:
        return self.shown(value, language)

    def attributes(self) -> dict[str, object]:
        return {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}

    def missing(self, value: Any) -> Iterator[Invalid]:
        yield Invalid(_("Enter “%(label)s”. You find it on your bank card."))
