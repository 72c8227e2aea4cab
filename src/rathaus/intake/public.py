"""The one door. ``receive`` is the only way in; ``dialogue`` is what follows through it."""

from rathaus.intake.enums import Channel
from rathaus.intake.events import (
    ApplicationReceived,
    ApplicationWithdrawn,
    DocumentsAdded,
    InquirySent,
    ReplyReceived,
)
from rathaus.intake.models import Application, Inquiry
from rathaus.intake.personal_data import export_case
from rathaus.intake.queries.applications import (
    application_for,
    application_of,
    expects_reply,
    feel_context,
    inquiries_of,
    open_inquiry_counts,
    typical_duration_days,
)
from rathaus.intake.queries.fees import Fee, fee_for, fee_of
from rathaus.intake.queries.plans import ServicePlan, forget_plans, plan_for
from rathaus.intake.rules import COUNTER, is_trusted_enough, is_withdrawable
from rathaus.intake.services.attachments import UnusableAttachment, file_uploads, stored_upload, with_uploads
from rathaus.intake.services.dialogue import (
    NotPossible,
    add_documents,
    ask_applicant,
    reply_to_office,
    withdraw_application,
)
from rathaus.intake.services.letters import issue_for, letter_of, recipient_of, render_for, standard_letter
from rathaus.intake.services.receive import (
    Envelope,
    HeldBack,
    InvalidSubmission,
    NotAccepted,
    Receipt,
    TokenReused,
    receipt_of,
    receive,
)
from rathaus.intake.services.reception import application_pdf, file_application_pdf

__all__ = [
    "COUNTER",
    "Application",
    "ApplicationReceived",
    "ApplicationWithdrawn",
    "Channel",
    "DocumentsAdded",
    "Envelope",
    "Fee",
    "HeldBack",
    "Inquiry",
    "InquirySent",
    "InvalidSubmission",
    "NotAccepted",
    "NotPossible",
    "Receipt",
    "ReplyReceived",
    "ServicePlan",
    "TokenReused",
    "UnusableAttachment",
    "add_documents",
    "application_for",
    "application_of",
    "application_pdf",
    "ask_applicant",
    "expects_reply",
    "export_case",
    "fee_for",
    "fee_of",
    "feel_context",
    "file_application_pdf",
    "file_uploads",
    "forget_plans",
    "inquiries_of",
    "is_trusted_enough",
    "is_withdrawable",
    "issue_for",
    "letter_of",
    "open_inquiry_counts",
    "plan_for",
    "receipt_of",
    "receive",
    "recipient_of",
    "render_for",
    "reply_to_office",
    "standard_letter",
    "stored_upload",
    "typical_duration_days",
    "with_uploads",
    "withdraw_application",
]
