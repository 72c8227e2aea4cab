"""What identity deletes by rule, and what of the kernel nobody else could."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rathaus.identity.cleanup import CleanupRule, KeptElsewhere, cleanup_rules
from rathaus.identity.services import cleanup

ELSEWHERE = (
    KeptElsewhere(
        title=_("Case files, documents, letters"),
        period=_("by the file plan, from the end of the year in which they are filed"),
        basis=_("File plan entry; offered to the archive first (§ 4 HArchivG)."),
    ),
    KeptElsewhere(
        title=_("Packages for the archive"), period=_("until the archive has confirmed that it has them"),
        basis=_("They are deleted together with the file (Art. 5 (1) (e) GDPR)."),
    ),
    KeptElsewhere(
        title=_("Audit, with the readings of protected cases"), period=_("as long as the town runs this system"),
        basis=_("Proof of who did what; it holds numbers in place of names (Art. 5 (2), 32 GDPR)."),
    ),
    KeptElsewhere(
        title=_("Security log and log of requests"), period=_("as the journal of the machine is set, not here"),
        basis=_("They are written to the journal and never stored here (Art. 32 GDPR)."),
    ),
    KeptElsewhere(
        title=_("Backups"), period=_("as many generations as the operator keeps"),
        basis=_("What is erased goes with the last backup that has it (Art. 17, 32 GDPR)."),
    ),
)  # fmt: skip
"""What no rule of this table deletes, and why; shown beside the rules."""


def register_rules() -> None:
    for rule in (
        CleanupRule(
            key="identity.unconfirmed", title=_("Accounts whose e-mail address was never confirmed"),
            basis=_("Without a confirmed address nobody can use the account (Art. 5 (1) (e) GDPR)."),
            days=30, least=2, most=365, run=cleanup.delete_unconfirmed,
        ),
        CleanupRule(
            key="identity.inactive", title=_("Accounts that nobody uses"),
            basis=_("The owner is told and has a month to keep the account (Art. 5 (1) (e) GDPR)."),
            days=1095, least=365, most=3650, run=cleanup.warn_inactive,
        ),
        CleanupRule(
            key="identity.exports", title=_("Data that people have asked for"),
            basis=_("Time to save the file; it holds everything of a person (Art. 32 GDPR)."),
            days=7, least=1, most=60, run=cleanup.drop_exports,
        ),
        CleanupRule(
            key="identity.sessions", title=_("Sign-ins that have ended"),
            basis=_("Of no use once they have ended (Art. 5 (1) (c) GDPR)."),
            days=1, least=0, most=30, run=cleanup.delete_sessions,
        ),
        CleanupRule(
            key="identity.shells", title=_("Numbers of deleted accounts to which no case refers"),
            basis=_("They link the cases of one person as long as there are any (Art. 5 (1) (e) GDPR)."),
            days=1, least=0, most=365, run=cleanup.delete_shells,
        ),
        CleanupRule(
            key="identity.export_notes", title=_("Notes that somebody has asked for their data"),
            basis=_("To answer for the request being met (Art. 5 (2), 12 (3) GDPR)."),
            days=365, least=90, most=1095, run=cleanup.delete_export_notes,
        ),
        CleanupRule(
            key="kernel.done_jobs", title=_("Jobs that are done, with mails and notices that were sent"),
            basis=_("To look into what went wrong; they name addresses and cases (Art. 5 (1) (e) GDPR)."),
            days=7, least=1, most=7, run=cleanup.delete_done_jobs,
        ),
        CleanupRule(
            key="identity.cleanup_runs", title=_("Records of what was deleted by rule"),
            basis=_("To answer for the deletion; they name nobody (Art. 5 (2) GDPR)."),
            days=1095, least=365, most=3650, run=cleanup.delete_cleanup_runs,
        ),
        CleanupRule(
            key="kernel.dead_jobs", title=_("Reports of jobs that failed for good"),
            basis=_("Time to put it right; the reports may name people (Art. 5 (1) (e) GDPR)."),
            days=90, least=7, most=365, run=cleanup.delete_dead_jobs,
        ),
        CleanupRule(
            key="identity.mail_files", title=_("Mails that are written into a folder"),
            basis=_("For demonstration and tests; they hold addresses and links (Art. 5 (1) (e) GDPR)."),
            days=90, least=1, most=365, run=cleanup.delete_mail_files,
        ),
    ):  # fmt: skip
        cleanup_rules.register(rule)
