"""Our engine behind the same few verbs as the second opinion."""

from __future__ import annotations

import uuid
from collections import Counter

from rathaus.engines.processes import public as processes
from rathaus.kernel.public import clock
from tests.factories.processes import Playground

from .model import Done, Drawn, Push, Sent, View

FORMS = {"zahl": {"n": None}}


class Ours:
    def __init__(self, town: Playground, drawn: Drawn) -> None:
        self.town = town
        town.subject = uuid.uuid4()
        for key, parts in drawn.called.items():
            town.deploy(*parts, process_id=key, processes=set(drawn.called), forms=FORMS)
        self.version = town.deploy(*drawn.parts, processes=set(drawn.called), forms=FORMS)
        self.instance = town.start(self.version, x=drawn.x)

    def push(self, push: Push) -> None:
        if isinstance(push, Done):
            found = [
                task for task in processes.open_tasks_of(self.town.subject) if task.element_id == push.element
            ]
            task = min(found, key=lambda task: task.scope.get("loopCounter", 0))
            processes.complete_task(actor=self.town.actor, task_id=task.pk, data={"n": push.n})
        elif isinstance(push, Sent):
            self.town.send(push.name, n=push.n)
        else:
            moment = clock.advance(push.step)
            while processes.fire_due_timers(moment):
                pass

    def view(self) -> View:
        assert self.town.incidents() == []
        opened = Counter(self.town.open())
        done = Counter(self.town.done())
        self.instance.refresh_from_db()
        return View.of(opened, done, self.instance.state == "completed", self.town.results())
