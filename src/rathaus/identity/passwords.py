"""Which passwords are refused (`AUTH_PASSWORD_VALIDATORS`): what a guesser tries first. Any signs are welcome."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rathaus.identity.queries.town import town
from rathaus.kernel.public import text

CONTEXT_WORDS = (
    "rathaus", "stadt", "stadtverwaltung", "gemeinde", "verwaltung", "buergerbuero", "buergermeister", "buergeramt",
    "landkreis", "behoerde", "portal", "buergerportal", "serviceportal", "administrator", "admin", "sachbearbeiter",
    "sachbearbeitung", "willkommen", "passwort", "password", "kennwort", "geheim", "anmeldung", "login", "bundid",
)  # fmt: skip
"""Words that everybody here would think of; the name of the town and of the person come on top."""
LINES = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertzuiop", "qwertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm",
)  # fmt: skip
PERSONAL = ("given_name", "family_name", "email", "street", "city", "phone", "birth_date")
LEFT_OVER = 7
"""So many signs must stay when all that can be guessed is taken away."""
LOOKED_AT = 128
"""What is longer is not looked through: that would cost more than it could find."""
MANY_TIMES = re.compile(r"(.{1,8}?)\1{2,}", re.DOTALL)


class GuessableValidator:
    """Refuses what consists of known words, names, rows of keys and repetitions, but for a few signs."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) <= LOOKED_AT and len(self._rest(text.fold(password), user)) < LEFT_OVER:
            message = _(
                "This password is easy to guess: it consists of names, common words or rows of keys. Please choose "
                "several words that have nothing to do with each other."
            )
            raise ValidationError(message, code="password_guessable")

    def get_help_text(self) -> str:
        return _("Please do not use names, or words that have to do with the town.")

    def _rest(self, password: str, user: Any) -> str:
        """The password without what a guesser has in the list: what is left is what has to be found out."""
        letters = re.sub(r"[\W\d_]+", "", password)
        if letters in self._common or password in self._common:
            return ""
        rest = MANY_TIMES.sub(r"\1", password)
        for word in sorted(_known_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        return re.sub(r"[\s\-_.,!#]+", "", _without_rows(rest))


def _known_words(user: Any) -> set[str]:
    own = [str(getattr(user, name, "") or "") for name in PERSONAL] if user is not None else []
    found = {part for value in [*own, town().name] for part in re.split(r"[\W_]+", text.fold(value))}
    return {word for word in found if len(word) > 2} | set(CONTEXT_WORDS)


def _without_rows(rest: str) -> str:
    """Without four or more neighbors on the keyboard or in the alphabet, forwards or backwards."""
    for line in (*LINES, *(line[::-1] for line in LINES)):
        for length in range(min(len(line), 20), 3, -1):
            for start in range(len(line) - length + 1):
                rest = rest.replace(line[start : start + length], "")
    return rest


class BreachedValidator:
    """Refuses passwords from a file of leaked ones (`RATHAUS_BREACHED_PASSWORDS`).

    The file is the public one by Have I Been Pwned: a SHA-1 in hexadecimal and a count in each line, ordered by the
    hash. It stays on this machine, and is read by halving: some thirty small reads for a password.
    """

    def validate(self, password: str, user: Any = None) -> None:
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if settings.BREACHED_PASSWORDS and is_listed(Path(settings.BREACHED_PASSWORDS), wanted):
            message = _(
                "This password has become known in a theft of data somewhere. Please choose another one."
            )
            raise ValidationError(message, code="password_breached")

    def get_help_text(self) -> str:
        return ""


def is_listed(file: Path, wanted: str) -> bool:
    """Whether a line of a file ordered by its beginnings begins with `wanted`. Raises OSError without the file."""
    with file.open("rb") as handle:
        low, high = 0, file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            line = _line_after(handle, middle)
            if line.startswith(wanted):
                return True
            low, high = (middle + 1, high) if line and line < wanted else (low, middle)
    return False


def _line_after(handle: BinaryIO, position: int) -> str:
    """The first line that begins at or behind a position: at 0 the first of all."""
    handle.seek(position)
    if position:
        handle.readline()
    return handle.readline().decode("ascii", "replace").strip().upper()
