"""SpiffWorkflow 3.2 as peer of `bench/processes.py`: the same drawings, kept in SQLite by its own serializer.

After every push the whole instance is written as the JSON that `serialize_json` gives, before the next one it is read
again, each in a transaction with the settings of our database.
"""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from .model import Done, Drawn
from .spiff import AtOnce, Spiff

CONFIG = {**DEFAULT_CONFIG, AtOnce: BpmnTaskSpecConverter}


class Peer:
    """Instances of one drawing in an SQLite file."""

    def __init__(self, folder: Path, drawn: Drawn) -> None:
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(CONFIG))
        self.database = sqlite3.connect(folder / f"peer-{uuid.uuid4().hex}.sqlite3", isolation_level=None)
        for word in ("journal_mode=WAL", "synchronous=FULL"):
            self.database.execute(f"PRAGMA {word}")
        self.database.execute("CREATE TABLE instance (id text PRIMARY KEY, state text NOT NULL)")
        self.spiff = Spiff(drawn)
        self.spec, self.called = self.spiff.workflow.spec, self.spiff.workflow.subprocess_specs

    def start(self) -> str:
        """Start an instance, run it until it waits, keep it; its id."""
        self.spiff.workflow = BpmnWorkflow(
            self.spec, self.called, script_engine=self.spiff.workflow.script_engine
        )
        self.spiff.workflow.do_engine_steps()
        key = uuid.uuid4().hex
        with self._transaction():
            self.database.execute("INSERT INTO instance VALUES (?, ?)", [key, self._text()])
        return key

    def complete(self, key: str, element: str, n: int) -> None:
        """Read the instance, complete a task, run on, keep it."""
        with self._transaction():
            self.restore(key)
            self.spiff.push(Done(element, n))
            self.database.execute("UPDATE instance SET state = ? WHERE id = ?", [self._text(), key])

    def restore(self, key: str) -> None:
        """Read the instance and let its timers look at the clock, as SpiffWorkflow finds what is due."""
        (text,) = self.database.execute("SELECT state FROM instance WHERE id = ?", [key]).fetchone()
        engine = self.spiff.workflow.script_engine
        self.spiff.workflow = self.serializer.deserialize_json(text)
        self.spiff.workflow.script_engine = engine
        self.spiff.workflow.refresh_timers()

    def size(self, key: str) -> int:
        """Bytes of the state."""
        (text,) = self.database.execute("SELECT state FROM instance WHERE id = ?", [key]).fetchone()
        return len(text.encode())

    def _text(self) -> str:
        text: str = self.serializer.serialize_json(self.spiff.workflow)
        return text

    def _transaction(self) -> _Transaction:
        return _Transaction(self.database)


class _Transaction:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __enter__(self) -> None:
        self.database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.database.execute("COMMIT" if kind is None else "ROLLBACK")
