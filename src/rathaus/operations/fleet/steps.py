"""What is done to one town: provision, migrate, ask how it is, back up. Every step may be repeated."""

from __future__ import annotations

import base64
import os
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

from .databases import create_database
from .inventory import FleetTown
from .process import Outcome, environment_of, run
from .templates import MIGRATE, Templates, sqlite_file

SETUP_SECONDS = 600.0
STATUS_SECONDS = 30.0
WEB_SECONDS = 5.0
KEY_BYTES = 32
CURRENT = "Schon auf dem Stand."
EMPTY = (
    "Die Datenbank ist leer. Bitte die Sicherung einspielen (rathaus restore) "
    "oder die Stadt neu anlegen (fleet provision)."
)


def provision(
    town: FleetTown, templates: Templates, *, admin_url: str = "", timeout: float = SETUP_SECONDS
) -> Outcome:
    """Folder, keys, database, schema, administrator, services: whatever is missing."""
    began = time.monotonic()
    try:
        town.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_keys(town.keys)
        create_database(town.database, admin_url)
        outcome = templates.place(town, timeout=timeout)
    except (OSError, ValueError) as error:
        return Outcome(town.name, False, str(error))
    if outcome.ok:
        outcome = run(town, setup_words(town), timeout=timeout)
    return replace(outcome, seconds=time.monotonic() - began)


def make_keys(file: Path) -> None:
    """Draw the town's two secrets once, readable by their owner only; what is there stays."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        f"{name}={base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
        for name in ("RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY")
    ]
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.writelines(lines)
        handle.flush()
        os.fsync(handle.fileno())


def setup_words(town: FleetTown) -> list[str]:
    words = ["town", "setup", "--json", "--name", town.title]
    if town.official_name:
        words += ["--official-name", town.official_name]
    if town.administrator:
        words += ["--administrator", town.administrator]
    return words + [word for folder in town.blueprints for word in ("--blueprint", str(folder))]


def migrate(town: FleetTown, *, timeout: float = SETUP_SECONDS) -> Outcome:
    """Bring the schema to the state of the town's release; one that is there already is left alone."""
    before = status(town)
    if before.data is None:
        return before
    if not pending_of(before):
        return replace(before, ok=True, message=CURRENT)
    if before.data.get("schema", {}).get("applied") == 0:
        return replace(before, ok=False, message=EMPTY)
    outcome = run(town, MIGRATE, timeout=timeout)
    if not outcome.ok:
        return outcome
    after = status(town)
    if after.data is None or pending_of(after):
        return replace(after, ok=False, message="Nach dem Aktualisieren fehlen noch Schritte.")
    return replace(outcome, data=after.data)


def pending_of(outcome: Outcome) -> list[str]:
    """The migrations that a town's status says are missing; where it could not tell, that is one."""
    schema = (outcome.data or {}).get("schema")
    return list(schema["pending"]) if schema else ["?"]


def status(town: FleetTown, *, timeout: float = STATUS_SECONDS) -> Outcome:
    """How the town is: its own answer, whether its web server is ready, whether it runs what it should."""
    outcome = lost_database(town) or run(town, ["status", "--json"], timeout=timeout)
    if outcome.data is None:
        return replace(outcome, ok=False, message=outcome.message or "Die Antwort ist nicht zu lesen.")
    problems = list(outcome.data["problems"])
    if town.version and outcome.data["version"] != town.version:
        problems.append("version")
    web = web_state(town.port)
    if web not in ("", "ready"):
        problems.append("web")
    data = {**outcome.data, "web": web, "problems": problems, "ok": not problems}
    return replace(outcome, ok=not problems, message=", ".join(problems), data=data)


def lost_database(town: FleetTown) -> Outcome | None:
    """A failure where the file of a SQLite town is not there: asking it would put an empty one in its place."""
    file = sqlite_file(town)
    if file is None or file.exists():
        return None
    text = f"Die Datenbank {file} fehlt. Bitte die Sicherung einspielen (rathaus restore)."
    return Outcome(town.name, False, text)


def web_state(port: int | None) -> str:
    """``ready``, ``not ready`` or ``down``; empty where the inventory names no port."""
    if port is None:
        return ""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=WEB_SECONDS):
            return "ready"
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return "not ready"
    except OSError:
        return "down"


def backup(town: FleetTown, folder: Path, *, keep: int, timeout: float) -> Outcome:
    """The town's own backup into a folder of its own below ``folder``."""
    lost = lost_database(town)
    if lost is not None:
        return lost
    target = folder / town.name
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    return run(town, ["backup", str(target), "--keep", str(keep)], timeout=timeout)


def write_environment(town: FleetTown, folder: Path) -> None:
    """``folder/NAME.env`` for the town's systemd units: its settings and secrets, readable by the owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {name: value for name, value in environment_of(town).items() if name.startswith("RATHAUS_")}
    text = "".join(f'{name}="{_escaped(value)}"\n' for name, value in sorted(own.items()))
    draft = folder / f".{town.name}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
    draft.replace(folder / f"{town.name}.env")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
