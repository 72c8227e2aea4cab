from __future__ import annotations

from rathaus.engines.records.services.destruction import carry_out, unfinished_lists
from rathaus.engines.records.services.disposal import propose_disposals
from rathaus.engines.records.services.follow_ups import announce_due_follow_ups
from rathaus.engines.records.services.states import file_withdrawn_cases
from rathaus.kernel.public import jobs


@jobs.task
def announce_follow_ups() -> None:
    """Tell of the follow-ups whose day has come."""
    announce_due_follow_ups()


@jobs.task
def dispose() -> None:
    """File what was left unfiled, propose what is due, and go on with what was confirmed."""
    file_withdrawn_cases()
    propose_disposals()
    for list_id in unfinished_lists():
        carry_out(list_id)
