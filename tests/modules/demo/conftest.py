"""The demonstration town, loaded once for all tests of a file and forgotten afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from rathaus.identity.public import forget_town
from rathaus.intake.public import forget_plans

CASES = 16
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as every test has them


@pytest.fixture(scope="module")
def demo_town(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Load the town with its shown cases; gives what the command said."""
    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        forget_town()
        forget_plans()
        with override_settings(PASSWORD_HASHERS=QUICK):
            call_command("demo_install", cases=CASES, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)
    forget_town()
    forget_plans()
