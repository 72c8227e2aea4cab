"""What the jobs page calls the tasks of the apps; a task without a text shows its name."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TASKS: dict[str, Promise] = {
    "rathaus.casework.tasks.keep_blocks": _("End information blocks that have run out"),
    "rathaus.engines.forms.tasks.scan_waiting_files": _("Check waiting files for viruses"),
    "rathaus.engines.records.tasks.dispose": _("Propose and carry out disposals"),
    "rathaus.identity.tasks.delete_by_rule": _("Delete by the rules of data protection"),
    "rathaus.engines.forms.tasks.clean_up_drafts": _("Remove old drafts"),
    "rathaus.engines.processes.tasks.deliver_thrown_message": _("Deliver a message between processes"),
    "rathaus.engines.processes.tasks.fire_timers": _("Fire the timers of processes"),
    "rathaus.engines.processes.tasks.perform_action": _("Perform a step of a process"),
    "rathaus.engines.records.tasks.announce_follow_ups": _("Announce follow-ups"),
    "rathaus.identity.tasks.send_account_mail": _("Send an e-mail about an account"),
    "rathaus.kernel.audit.tasks.seal_entries": _("Seal the audit log"),
    "rathaus.kernel.audit.tasks.export_head": _("Write the signed end of the audit log"),
    "rathaus.kernel.blobs.tasks.sweep_blobs": _("Remove contents that nothing refers to"),
    "rathaus.kernel.jobs.tasks.pulse": _("Show that a worker is there"),
    "rathaus.kernel.events.delivery.deliver": _("Tell the other parts what happened"),
    "rathaus.identity.tasks.clean_up_sessions": _("Remove sessions whose time is over"),
    "rathaus.kernel.jobs.tasks.purge_cache": _("Remove expired counts of attempts"),
    "rathaus.kernel.mail.send_mail": _("Send an e-mail"),
    "rathaus.kernel.jobs.tasks.purge_jobs": _("Remove jobs done long ago"),
}

# What stands at the beginning of an error's last line, and what it means to whoever has to act.
_REASONS: tuple[tuple[tuple[str, ...], Promise], ...] = (
    (("smtplib.", "ConnectionRefusedError", "ConnectionResetError", "socket.gaierror", "TimeoutError"),
     _("Another service did not answer, such as the mail server. Check its address and whether it runs.")),
    (("OSError: [Errno 28]", "OSError: [Errno 122]", "OSError: [Errno 27]"),
     _("There was no room on the disk. Free some, then repeat the job.")),
    (("django.db.utils.OperationalError", "sqlite3.OperationalError", "psycopg.OperationalError"),
     _("The database was away, busy or full. As a rule repeating helps.")),
    (("rathaus.kernel.jobs.worker.JobTimedOut",),
     _("The job took too long and was broken off.")),
    (("rathaus.kernel.jobs.backend.UnknownTask", "rathaus.kernel.events.delivery.UnknownSubscriber"),
     _("The job is from another version of the program, which this one does not know.")),
    (("FileNotFoundError",), _("A file that the job needs is missing.")),
)  # fmt: skip


def reason_in_words(error: str) -> str:
    """Why a job failed: a sentence for the known reasons, else the last line of the report."""
    lines = [line.strip() for line in error.strip().splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    known = next((text for starts, text in _REASONS if last.startswith(starts)), None)
    return str(known) if known is not None else last
