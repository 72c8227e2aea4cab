"""What the jobs page calls the tasks of the apps; a task without a text shows its name."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TASKS: dict[str, Promise] = {
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
