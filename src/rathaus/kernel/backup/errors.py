from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message is German and says what to do."""


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn faults of disks into sentences."""
    try:
        yield
    except OSError as error:
        reason = (
            "Der Datenträger ist voll. Bitte Platz schaffen oder mit --keep ältere Sicherungen entfernen"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else f"{error.strerror or error}"
        )
        place = f" ({error.filename})" if error.filename else ""
        raise BackupError(f"{what} ist nicht gelungen: {reason}{place}.") from error
    except OperationalError as error:
        if "full" not in str(error):
            raise
        raise BackupError(f"{what} ist nicht gelungen: Der Datenträger ist voll.") from error
