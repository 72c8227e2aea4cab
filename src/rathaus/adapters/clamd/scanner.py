"""clamd as the scanner that the forms engine asks, and its self-test."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rathaus.engines.forms.public import ScanResult, UploadStatus
from rathaus.kernel.public import clock, doctor

from .client import Address, Clamd, ClamdAway, ClamdError

logger = logging.getLogger(__name__)

REST = 15.0
OLD_DAYS = 7
# The test file of the European Institute for Computer Antivirus Research, in two halves: no scanner shall find it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_DATE = re.compile(r"/\d+/\w{3} (\w{3} +\d+ [\d:]{8} \d{4})$")


@dataclass
class ClamdScanner:
    """Asks clamd about each file. After it was away, nobody waits for it for a while."""

    address: Address
    clamd: Clamd = field(init=False)
    ticks: Callable[[], float] = time.monotonic
    _resting_until: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.clamd = Clamd(self.address)

    def scan(self, name: str, data: bytes) -> ScanResult:
        """CLEAN or INFECTED in the scanner's own words, else PENDING."""
        if self.ticks() < self._resting_until:
            return ScanResult(UploadStatus.PENDING, "scanner away", is_away=True)
        try:
            signature = self.clamd.signature_in(data)
        except ClamdAway as error:
            self._resting_until = self.ticks() + REST
            logger.warning("scanner_away reason=%s", error)
            return ScanResult(UploadStatus.PENDING, f"scanner away: {error}"[:200], is_away=True)
        except ClamdError as error:
            logger.warning("scanner_gave_no_verdict answer=%s", error)
            return ScanResult(UploadStatus.PENDING, f"no verdict: {error}"[:200])
        if signature:
            return ScanResult(UploadStatus.INFECTED, signature)
        return ScanResult(UploadStatus.CLEAN, "clamd")

    def check(self) -> str:
        """What is wrong with the scanner, in German and with what to do; "" where all is well."""
        try:
            if not self.clamd.ping():
                return "Unter RATHAUS_CLAMD antwortet etwas anderes als clamd. Prüfen Sie Adresse und Port."
            version = self.clamd.version()
            found = self.clamd.signature_in(EICAR)
        except ClamdAway as error:
            return (
                f"Der Virenscanner antwortet nicht ({error}). Starten Sie clamd; bis dahin bleiben neue Dateien „wird"
                " geprüft“ und gehen nicht verloren."
            )
        except ClamdError as error:
            return f"Der Virenscanner prüft nicht: {error}. Sehen Sie in sein Protokoll."
        if not found:
            return "Der Virenscanner erkennt die EICAR-Testdatei nicht. Laden Sie seine Signaturen neu (freshclam)."
        return _age_problem(version)


def observed(scanner: ClamdScanner) -> Iterator[doctor.Observation]:
    """What the doctor tells of the scanner."""
    problem = scanner.check()
    if problem:
        yield doctor.fail("Virenscanner", problem, "RATHAUS_CLAMD und den Dienst clamd prüfen.")
    else:
        yield doctor.ok("Virenscanner", "antwortet und erkennt die Testdatei.")


def _age_problem(version: str) -> str:
    stamp = _DATE.search(version)
    if stamp is None:
        return ""
    try:
        written = datetime.strptime(stamp[1], "%b %d %H:%M:%S %Y").date()  # noqa: DTZ007 - only the day counts
    except ValueError:
        return ""
    days = (clock.today() - written).days
    if days <= OLD_DAYS:
        return ""
    return f"Die Signaturen des Virenscanners sind {days} Tage alt. Prüfen Sie, ob freshclam läuft."
