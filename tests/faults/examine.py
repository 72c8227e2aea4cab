"""Run as ``python -m tests.faults.examine COMMAND`` in a town's environment: looks at what is stored, prints JSON."""

# ruff: noqa: E402 - models can be imported only after Django is set up
from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rathaus.site.settings")

import django

django.setup()

from django.conf import settings

from rathaus.engines.correspondence.public import InboxMessage, Letter
from rathaus.engines.processes.models import Timer
from rathaus.engines.processes.public import UserTask
from rathaus.engines.records.public import Case, Document, FollowUp
from rathaus.intake.public import Application
from rathaus.kernel.public import blobs, clock, jobs


def stored() -> dict[str, Any]:
    """Every case with what became of it, and the figures that must hold for all."""
    applications = Application.objects.select_related("case").order_by("received_at")
    return {
        "applications": [_application(one) for one in applications],
        "numbers": sorted(Case.objects.values_list("case_reference", flat=True)),
        "cases": Case.objects.count(),
        "mails": len(_mail_ids()),
        "jobs": jobs.state_counts(),
        "errors": list(jobs.Job.objects.exclude(last_error="").values_list("task", "last_error")),
        "blobs": _blobs(),
    }


def _application(application: Application) -> dict[str, Any]:
    case = application.case
    letters = Letter.objects.filter(subject=case.id).values_list("key", flat=True)
    inbox = InboxMessage.objects.filter(subject=case.id)
    tasks = UserTask.objects.filter(subject=case.id).values_list("element_id", "state", "pk")
    documents = Document.objects.filter(case=case).values_list("kind", flat=True)
    return {
        "id": str(application.id),
        "case": str(case.id),
        "reference": case.case_reference,
        "has_account": application.account_id is not None,
        "state": case.state,
        "letters": sorted(key.rpartition("/")[2] for key in letters),
        "receipts": inbox.filter(letter=None).count(),
        "messages": inbox.exclude(letter=None).count(),
        "documents": dict(Counter(documents)),
        "follow_ups": FollowUp.objects.filter(case=case).count(),
        "tasks": [[element, state, str(pk)] for element, state, pk in tasks],
    }


def _mail_ids() -> set[str]:
    folder = Path(settings.EMAIL_FILE_PATH)
    ids = set()
    for file in folder.glob("*.log") if folder.exists() else ():
        for part in file.read_bytes().split(b"-" * 79):
            ids.add(str(message_from_bytes(part.strip())["Message-ID"]))
    return ids - {"None"}


def _blobs() -> dict[str, int]:
    """Each document's content is there and is what its name says."""
    known = blobs.Blob.objects.values_list("sha256", flat=True)
    return {"known": len(known), "read": sum(1 for sha256 in known if blobs.read(sha256))}


def expire() -> dict[str, Any]:
    """All workers are dead: let their leases run out, and let what waits for a later attempt be due now."""
    moment = clock.wall() - timedelta(seconds=1)
    lapsed = jobs.Job.objects.filter(state=jobs.JobState.RUNNING).update(lease_until=moment)
    hurried = jobs.Job.objects.filter(state=jobs.JobState.READY).update(run_after=moment)
    return {"lapsed": lapsed, "hurried": hurried}


def let_time_pass(element: str) -> dict[str, Any]:
    """The timers of an element are due now."""
    return {"timers": Timer.objects.filter(element_id=element).update(due_at=clock.wall())}


COMMANDS = {"stored": stored, "expire": expire, "let_time_pass": let_time_pass}


def main() -> None:
    answer = COMMANDS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
