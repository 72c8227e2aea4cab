"""A town in processes of its own, on the database that the tests run on."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.architecture.tree import ROOT

PROGRAM = [sys.executable, "-c", "from rathaus.site.cli import entry; entry()"]
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


# Runs commands and scripts that come as lines of JSON, so that not each waits for a process to start.
SERVANT = """
import contextlib, io, json, sys
sys.path.insert(0, ".")
from rathaus.site.cli import main
import django
django.setup()
for line in sys.stdin:
    order, said, complained = json.loads(line), io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        if "words" in order:
            code = main(order["words"])
        else:
            code = 0
            exec(order["script"], {"json": json})
    from django.db import connections
    connections.close_all()
    print(json.dumps([code, said.getvalue(), complained.getvalue()]), flush=True)
"""


@dataclass
class Answer:
    returncode: int
    stdout: str
    stderr: str


@dataclass
class Town:
    """Runs commands against data folder and database of its own, in a process of its own."""

    environment: dict[str, str]
    folder: Path
    servant: subprocess.Popen[str] | None = None

    def run(self, *words: str) -> Answer:
        """What the command answers."""
        return self._ask({"words": words})

    def run_apart(self, *words: str, **more: str) -> Answer:
        """The same in a fresh process with other settings."""
        done = subprocess.run(
            [*PROGRAM, *words],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def script(self, text: str) -> subprocess.Popen[str]:
        """Start a script in the town; ``tests`` can be imported."""
        begin = "import django, sys; sys.path.insert(0, '.'); django.setup()\n"
        return self._process(begin + text)

    def answer(self, text: str) -> Any:
        """What a script prints as JSON."""
        return json.loads(self._ask({"script": text}).stdout)

    def run_script(self, text: str) -> Answer:
        """What a script answers."""
        return self._ask({"script": text})

    def leave(self) -> None:
        if self.servant is not None:
            self.servant.communicate(timeout=60)

    def _ask(self, order: dict[str, Any]) -> Answer:
        if self.servant is None:
            self.servant = self._process(SERVANT)
        assert self.servant.stdin is not None
        assert self.servant.stdout is not None
        self.servant.stdin.write(json.dumps(order) + "\n")
        self.servant.stdin.flush()
        return Answer(*json.loads(self.servant.stdout.readline()))

    def _process(self, text: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", text], env=self.environment, stdout=subprocess.PIPE, stdin=subprocess.PIPE,
            text=True, cwd=ROOT,
        )  # fmt: skip


def town(folder: Path) -> Town:
    """An empty town, without tables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RATHAUS_")}
    environment = {
        **kept, "RATHAUS_DATA_DIR": str(folder), "RATHAUS_BLOB_KEY": KEY, "RATHAUS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "rathaus.site.settings",
    }  # fmt: skip
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        name = f"town_{secrets.token_hex(6)}"
        host = database["HOST"]
        with psycopg.connect(host=host, user=database["USER"], dbname="postgres", autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        environment["RATHAUS_DATABASE_URL"] = f"postgres://{database['USER']}@/{name}?host={host}"
    return Town(environment, folder)
