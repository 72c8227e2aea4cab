"""What the audit log calls the actions of the apps; an action without a text shows its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "blueprints.installed": _("Service installed"),
    "blueprints.life_situations_set": _("Life situations set"),
    "blueprints.switched_off": _("Service switched off"),
    "blueprints.switched_on": _("Service switched on"),
    "correspondence.letter_delivered": _("Letter delivered"),
    "correspondence.letter_issued": _("Letter issued"),
    "correspondence.letter_published": _("Letter template published"),
    "correspondence.letter_queued_for_print": _("Letter put up for printing"),
    "correspondence.message_read": _("Message read"),
    "correspondence.message_sent": _("Message sent"),
    "correspondence.print_batch_made": _("Print batch made"),
    "correspondence.print_batch_posted": _("Print batch posted"),
    "correspondence.signing_granted": _("Signing authority granted"),
    "correspondence.signing_revoked": _("Signing authority revoked"),
    "forms.publish_form": _("Form published"),
    "forms.refuse_upload": _("Upload refused"),
    "identity.account_created": _("Account created"),
    "identity.assurance_raised": _("Assurance level raised"),
    "identity.membership_ended": _("Post left"),
    "identity.post_assigned": _("Post filled"),
    "identity.post_changed": _("Post changed"),
    "identity.post_created": _("Post set up"),
    "identity.profile_changed": _("Personal data changed"),
    "identity.signed_in": _("Signed in"),
    "identity.signed_in_electronically": _("Signed in with electronic identity"),
    "identity.stand_in_appointed": _("Stand-in appointed"),
    "identity.stand_in_revoked": _("Stand-in revoked"),
    "identity.town_changed": _("Town settings changed"),
    "identity.unit_changed": _("Unit changed"),
    "identity.unit_created": _("Unit set up"),
    "identity.unit_moved": _("Unit moved"),
    "intake.received": _("Application received"),
    "kernel.audit_verified": _("Audit log checked"),
    "kernel.job_retried": _("Job repeated"),
    "processes.cancelled": _("Process cancelled"),
    "processes.deployed": _("Process deployed"),
    "processes.message_delivered": _("Message handed to the process"),
    "processes.started": _("Process started"),
    "processes.task_assigned": _("Task assigned"),
    "processes.task_completed": _("Task completed"),
    "processes.tasks_moved": _("Tasks moved"),
    "records.case_assigned": _("Case assigned"),
    "records.case_due_set": _("Due date of the case set"),
    "records.case_handed_on": _("Case handed on"),
    "records.case_opened": _("Case opened"),
    "records.case_state_changed": _("State of the case changed"),
    "records.document_filed": _("Document filed"),
    "records.document_shown": _("Document released for the applicant"),
    "records.file_plan_entry_created": _("File plan entry created"),
    "records.follow_up_done": _("Follow-up done"),
    "records.follow_up_scheduled": _("Follow-up scheduled"),
    "records.note_added": _("Note added"),
    "records.unit_involved": _("Unit involved"),
}


def label_of(action: str) -> str:
    return str(ACTIONS.get(action, action))
