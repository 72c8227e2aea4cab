from __future__ import annotations

from rathaus.identity.models import UserAccount


def mark_information_block(*, account: UserAccount, holds: bool) -> None:
    """Note on the account whether an information block holds today; the records decide it and keep the audit."""
    account.has_information_block = holds
    account.save(update_fields=["has_information_block"])
