"""Having a file looked at by the process of its own."""

from __future__ import annotations

import logging
import subprocess
import sys
from threading import BoundedSemaphore

from .verdicts import Inspected, Reason, Refusal

logger = logging.getLogger(__name__)

SECONDS = 40
AT_ONCE = 2
_slots = BoundedSemaphore(AT_ONCE)
_PROGRAM = (sys.executable, "-I", "-m", "rathaus.engines.forms.inspection")


def inspect(data: bytes, extension: str) -> Inspected:
    """What may be stored of these bytes. Raises Refusal, whatever the bytes do to the process that looks at them."""
    with _slots:
        try:
            answer = subprocess.run(  # noqa: S603 - our own program; the extension is one of the known
                (*_PROGRAM, extension), input=data, capture_output=True, timeout=SECONDS, check=False, env={}
            )
        except subprocess.TimeoutExpired:
            raise Refusal(Reason.COSTLY, "time") from None
        except OSError as error:
            logger.exception("inspection_unavailable")
            raise Refusal(Reason.UNAVAILABLE, str(error)) from error
    head, _, content = answer.stdout.partition(b"\n")
    if head == b"ok" and answer.returncode == 0:
        return Inspected(data if content == data else content)
    word, _, reason = head.decode("ascii", "replace").partition(" ")
    if word == "no" and reason in {known.value for known in Reason}:
        raise Refusal(Reason(reason))
    logger.warning(
        "inspection_died code=%s kind=%s error=%s", answer.returncode, extension, answer.stderr[-200:]
    )
    raise Refusal(Reason.COSTLY, f"exit {answer.returncode}")
