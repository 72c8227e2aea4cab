"""The only door of the forms engine."""

from .compiled.form import CompiledForm, check_definition, load_definition
from .compiled.model import Field, Page
from .compiled.posts import ADD, REFRESH, REMOVE, IncomingFile, StoreFile, UploadRefused
from .definition.report import InvalidForm
from .enums import UploadStatus
from .events import FileInfected, FormPublished
from .models import Draft, FormDefinition, FormVersion, Submission, Upload
from .queries.drafts import DraftNotFound, draft_for, draft_upload, drafts_of, uploads_of
from .queries.scans import FileHeld, held_files, read_file, waiting_for_scan
from .queries.versions import compiled, current_version
from .rendering import render_page
from .results import (
    FieldError,
    ParsedPage,
    SummaryFile,
    SummaryRow,
    SummarySection,
    Validation,
)
from .scanning import Scanner, ScanResult, scanners
from .services.drafts import (
    DraftTooLarge,
    StartedDraft,
    claim_draft,
    discard_draft,
    save_draft,
    save_page,
    start_draft,
)
from .services.erasure import erase_drafts, erase_submissions, idle_drafts
from .services.publishing import publish_form
from .services.submissions import UploadMissing, has_files, record_submission
from .services.uploads import store_upload

__all__ = [
    "ADD",
    "REFRESH",
    "REMOVE",
    "CompiledForm",
    "Draft",
    "DraftNotFound",
    "DraftTooLarge",
    "Field",
    "FieldError",
    "FileHeld",
    "FileInfected",
    "FormDefinition",
    "FormPublished",
    "FormVersion",
    "IncomingFile",
    "InvalidForm",
    "Page",
    "ParsedPage",
    "ScanResult",
    "Scanner",
    "StartedDraft",
    "StoreFile",
    "Submission",
    "SummaryFile",
    "SummaryRow",
    "SummarySection",
    "Upload",
    "UploadMissing",
    "UploadRefused",
    "UploadStatus",
    "Validation",
    "check_definition",
    "claim_draft",
    "compiled",
    "current_version",
    "discard_draft",
    "draft_for",
    "draft_upload",
    "drafts_of",
    "erase_drafts",
    "erase_submissions",
    "has_files",
    "held_files",
    "idle_drafts",
    "load_definition",
    "publish_form",
    "read_file",
    "record_submission",
    "render_page",
    "save_draft",
    "save_page",
    "scanners",
    "start_draft",
    "store_upload",
    "uploads_of",
    "waiting_for_scan",
]
