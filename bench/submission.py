"""What a full submission costs: ``submission.py [--short] [--profile]``.

Validate, open the case, file, start the process, give a receipt: ``intake.receive`` of a dog's registration, signed in,
without the jobs that follow. The floor is one transaction with as many bare INSERTs of the same size, same database.
"""

# ruff: noqa: PLC0415 -- Django must be set up, on a fresh folder, before anything of it can be imported

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import count

from harness import SHORT, cost_of, profile, reads_and_writes, report, scratch_town, statements_of

COUNT = 90 if SHORT else 600


def main() -> None:
    with scratch_town(cases=0):
        submit = submitter("erika.muster@example.org")
        statements = reads_and_writes(statements_of(submit))
        writes = [text for text in statements if not text.lstrip().upper().startswith("SELECT")]
        cost, floor = cost_of(submit, COUNT), cost_of(_bare(writes), COUNT)
        note = f"{COUNT} submissions, {len(statements)} statements each, {len(writes)} of them write"
        report("submission", "cpu", cost.cpu, "ms", goal=15, floor=floor.cpu, note=note)
        report("submission", "wall", cost.wall, "ms", floor=floor.wall, note="the commit is on disk")
        report("submission", "statements", len(statements), "1", floor=len(writes), note="in one transaction")
        profile(submit, 60, "A submission")


def submitter(email: str) -> Callable[[], object]:
    """A call that sends the application of the blueprint's first example, each time for another dog."""
    from django.conf import settings

    from rathaus.blueprints import public as blueprints
    from rathaus.identity.public import UserAccount, actor_for
    from rathaus.intake import public as intake

    folder = settings.BLUEPRINT_DIR / "hund-anmelden"
    bundle = blueprints.read_bundle(folder, blueprints.Reports(folder))
    assert bundle is not None
    data = dict(bundle.examples["erster-hund"].data)
    account = UserAccount.objects.get(email=email)
    numbers = count(1)

    def submit() -> object:
        dogs = [{**dog, "chipnummer": f"276098{next(numbers):09d}"} for dog in data["hunde"]]
        envelope = intake.Envelope(
            service="hund-anmelden",
            data={**data, "hunde": dogs},
            channel=intake.Channel.ONLINE,
            token=secrets.token_urlsafe(24),
            account=account,
            actor=actor_for(account),
        )
        return intake.receive(envelope)

    return submit


def _bare(writes: list[str]) -> Callable[[], object]:
    """One transaction with as many INSERTs, each as long as the statement it stands for."""
    from django.db import connection, transaction

    number = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_floor (id {number} PRIMARY KEY, a text)")
    contents = ["x" * len(text) for text in writes]

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for content in contents:
                cursor.execute("INSERT INTO bench_floor (a) VALUES (%s)", [content])

    return insert


if __name__ == "__main__":
    main()
