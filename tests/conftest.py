"""What every test shares: a data folder of its own, quick passwords, nothing kept from the test before.

The environment is set here, before Django's settings are read, and therefore the settings module as well.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

MARK = "RATHAUS_TEST_SESSION"
HOW_LONG_TESTS_TRY = ("RATHAUS_FUZZ", "RATHAUS_FAULTS")
MEMORY = Path("/dev/shm")
ROOM = 400 * 1024 * 1024


def _prepare_environment() -> None:
    """Point the settings to a fresh folder; the workers of pytest-xdist inherit that of their parent."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    folder = tempfile.mkdtemp(prefix="rathaus-test-", dir=MEMORY if in_memory else None)
    database, jobs = os.environ.get("RATHAUS_DATABASE_URL"), os.environ.get("RATHAUS_JOBS")
    for name in [name for name in os.environ if name.startswith("RATHAUS_")]:
        if not name.startswith(HOW_LONG_TESTS_TRY):
            del os.environ[name]
    if database and database.startswith("postgres"):
        os.environ["RATHAUS_DATABASE_URL"] = database
        os.environ |= {"RATHAUS_JOBS": jobs} if jobs else {}
    os.environ["RATHAUS_DATA_DIR"] = folder
    os.environ["RATHAUS_STATIC_DIR"] = f"{folder}/static"
    os.environ[MARK] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


if MARK not in os.environ:
    _prepare_environment()
# Each worker of pytest-xdist has its own page cache: emptying it must not empty that of another.
os.environ["RATHAUS_CACHE_DIR"] = f"{os.environ[MARK]}/cache-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rathaus.site.settings")
django.setup()

from tests.append_only import lift_while_emptying  # noqa: E402 - needs the settings above

lift_while_emptying()


@pytest.fixture(autouse=True)
def _clean_state(settings: object) -> Iterator[None]:
    """Passwords cost nothing, and no test sees the town, the limits or the language of another."""
    from django.core.cache import caches
    from django.utils import translation

    from rathaus.identity.queries.town import forget_town
    from rathaus.kernel import keys

    # In a fresh town no key is kept in the database: known beforehand, asking for it counts in no test's queries.
    keys.forget()
    keys._known.update(
        {(name, keys.master_key(), keys.old_keys()): keys.original(name) for name in keys.KEPT}
    )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]  # the fixture is untyped
    settings.AUDIT_HEAD_DIR = Path(os.environ[MARK]) / "audit-heads" / secrets.token_hex(8)  # type: ignore[attr-defined]  # the fixture is untyped
    caches["pages"].clear()
    forget_town()
    with translation.override("de"):
        yield
    forget_town()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: what is packed anew in each process would be called differently in each."""
    return argname if isinstance(val, bytes) else None
