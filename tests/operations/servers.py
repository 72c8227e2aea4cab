"""Real servers for tests: a town in a folder of its own, services as processes, answers over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 90
PROGRAM = [sys.executable, "-c", "from rathaus.site.cli import entry; entry()"]


def environment_of(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a town: nothing of ours, a folder, one web process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RATHAUS_")}
    return {**kept, "RATHAUS_DATA_DIR": str(folder), "RATHAUS_WEB_WORKERS": "1", **settings}


def rathaus(
    words: Sequence[str], environment: Mapping[str, str], *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], env=environment, check=check, capture_output=True, text=True)


def start(words: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen([*PROGRAM, *words], env=environment, stderr=file, stdout=file)


def ask(address: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
    """Status, text and headers, whatever the status. Raises OSError where nobody listens."""
    request = urllib.request.Request(
        address, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(), refusal.headers


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until it holds; AssertionError after a generous while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("what was waited for did not happen")


def is_up(address: str) -> bool:
    try:
        return ask(address)[0] == 200
    except OSError:
        return False
