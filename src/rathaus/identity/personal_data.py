"""Who keeps data of an account: each app registers how it hands them out and how it lets them go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from rathaus.identity.models import UserAccount
from rathaus.kernel.public import registry


@dataclass
class AccountExport:
    """What an account holds: JSON by section, and files by their place in the archive (their SHA-256)."""

    sections: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountHolder:
    """``export`` adds a section; ``erase`` deletes, in the caller's transaction, and returns contents to discard."""

    key: str
    title: str | Promise
    export: Callable[[UserAccount, AccountExport], None]
    erase: Callable[[UserAccount], set[str]]


account_holders: registry.Registry[AccountHolder] = registry.Registry(
    "account holder", key=lambda holder: holder.key
)
