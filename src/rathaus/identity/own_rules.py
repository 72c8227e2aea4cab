"""What identity deletes by rule, and what of the kernel nobody else could."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rathaus.identity.cleanup import CleanupRule, cleanup_rules
from rathaus.identity.services import cleanup


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
