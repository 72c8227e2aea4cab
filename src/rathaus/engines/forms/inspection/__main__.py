"""The process that looks: ``python -m rathaus.engines.forms.inspection EXTENSION``, the file on stdin.

On stdout one line, ``ok`` or ``no REASON``, and after ``ok`` the bytes to store. It may neither write files nor start
processes, and has its memory and time measured out before it reads the first byte.
"""

from __future__ import annotations

import resource
import sys
import warnings

from .looking import look
from .verdicts import Reason, Refusal

MEMORY = 1_500_000_000
SECONDS = 20


def confine() -> None:
    """Give up what is not needed; it cannot be had back."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def main() -> None:
    confine()
    warnings.simplefilter("ignore")
    data = sys.stdin.buffer.read()
    try:
        content = look(data, sys.argv[1])
    except Refusal as refusal:
        answer = f"no {refusal.reason.value}\n".encode()
    except MemoryError:
        answer = f"no {Reason.COSTLY.value}\n".encode()
    else:
        answer = b"ok\n" + content
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
