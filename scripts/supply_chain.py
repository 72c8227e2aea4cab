"""What the town hall is made of, and whether gaps in it are known.

``sbom`` writes lists of all components as CycloneDX to ``build/sbom``; ``audit`` asks for known gaps. Where nobody
can be asked (no network, no advisory service behind the mirror), the audit says so and fails nothing.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv/bin"
FRONTEND = ROOT / "frontend"
TARGET = ROOT / "build/sbom"
LOCKS = {"python": "requirements-data-centre.lock", "python-dev": "requirements-dev.lock"}
SERVED = "requirements-data-centre.lock"
"""What runs in a town; the rest is for us who build, and only reported."""
SECONDS = 240


@dataclass(frozen=True)
class Answer:
    """What a check found: a sentence for each gap; or that nobody could be asked, and why."""

    gaps: tuple[str, ...] = ()
    skipped: str = ""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Bestandteile auflisten und auf bekannte Lücken prüfen.")
    parser.add_argument("what", choices=("sbom", "audit"))
    return write_lists() if parser.parse_args(words).what == "sbom" else audit()


def write_lists() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, lock in LOCKS.items():
        target = TARGET / f"{name}.cdx.json"
        run(
            [
                str(BIN / "cyclonedx-py"),
                "requirements",
                str(ROOT / lock),
                "-o",
                str(target),
                "--output-reproducible",
            ],
            check=True,
        )
        say(f"{target.relative_to(ROOT)}: {len(json.loads(target.read_text())['components'])} Bestandteile")
    target = TARGET / "browser.cdx.json"
    components = browser_components(json.loads((FRONTEND / "package-lock.json").read_text()))
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}
    target.write_text(json.dumps(bom, indent=2))
    say(f"{target.relative_to(ROOT)}: {len(components)} Bestandteile")
    return 0


def browser_components(lock: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages of npm's lock file that reach the browser, as components with license and hash."""
    return [
        {
            "type": "library",
            "name": place.rpartition("node_modules/")[2],
            "version": entry["version"],
            "purl": f"pkg:npm/{place.rpartition('node_modules/')[2].replace('@', '%40')}@{entry['version']}",
            "licenses": [{"license": {"name": entry["license"]}}] if entry.get("license") else [],
            "hashes": [sha512(entry["integrity"])] if entry.get("integrity") else [],
        }
        for place, entry in sorted(lock["packages"].items())
        if place and not entry.get("dev") and entry.get("version")
    ]


def sha512(integrity: str) -> dict[str, str]:
    content = base64.b64decode(integrity.partition("-")[2])
    return {"alg": "SHA-512", "content": content.hex()}


def audit() -> int:
    """Report every gap; fail for those in what is served."""
    served, ours = audit_python(SERVED), audit_python(LOCKS["python-dev"])
    browser = audit_browser()
    for title, answer in (("Python", served), ("Python, nur Entwicklung", ours), ("Browser", browser)):
        report(title, answer)
    return 1 if served.gaps or browser.gaps else 0


def report(title: str, answer: Answer) -> None:
    if answer.skipped:
        say(f"{title}: übersprungen, {answer.skipped}")
    elif not answer.gaps:
        say(f"{title}: keine bekannten Lücken.")
    for gap in answer.gaps:
        say(f"{title}: {gap}")


def audit_python(lock: str) -> Answer:
    words = [
        str(BIN / "pip-audit"),
        "-r",
        str(ROOT / lock),
        "--disable-pip",
        "--no-deps",
        "-f",
        "json",
        "--progress-spinner",
        "off",
    ]
    return read_pip_audit(run([*words, "--timeout", "10"]))


def read_pip_audit(answer: subprocess.CompletedProcess[str]) -> Answer:
    """The gaps that pip-audit found; skipped where it could not ask."""
    found = read_json(answer.stdout)
    if not isinstance(found, dict) or "dependencies" not in found:
        return Answer(skipped=f"der Dienst für Sicherheitslücken antwortet nicht ({reason(answer.stderr)})")
    return Answer(
        tuple(
            f"{package['name']} {package['version']}: {gap['id']}, {mended(gap['fix_versions'])}"
            for package in found["dependencies"]
            for gap in package.get("vulns", ())
        )
    )


def mended(versions: Sequence[str]) -> str:
    return f"behoben in {', '.join(versions)}" if versions else "noch nicht behoben"


def audit_browser() -> Answer:
    npm = shutil.which("npm")
    if npm is None:
        return Answer(skipped="npm fehlt")
    return read_npm_audit(
        run([npm, "audit", "--json", "--omit", "dev", "--package-lock-only"], folder=FRONTEND)
    )


def read_npm_audit(answer: subprocess.CompletedProcess[str]) -> Answer:
    """The gaps that npm found; skipped where it could not ask."""
    found = read_json(answer.stdout)
    if not isinstance(found, dict) or "vulnerabilities" not in found:
        return Answer(skipped=f"der Dienst für Sicherheitslücken antwortet nicht ({reason(answer.stderr)})")
    return Answer(
        tuple(f"{name}: {gap.get('severity', '?')}" for name, gap in sorted(found["vulnerabilities"].items()))
    )


def read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def reason(text: str) -> str:
    """The first line of what a program complained of."""
    return next((line[:120] for line in text.splitlines() if line.strip()), "ohne Meldung")


def run(
    words: Sequence[str], *, folder: Path = ROOT, check: bool = False
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=check, timeout=SECONDS)
    except (subprocess.TimeoutExpired, FileNotFoundError) as fault:
        return subprocess.CompletedProcess(words, 1, "", str(fault))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
