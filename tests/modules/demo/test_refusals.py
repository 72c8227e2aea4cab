"""When ``rathaus demo install`` refuses, it says why, and nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rathaus.identity.public import SYSTEM, UserAccount, update_town

pytestmark = pytest.mark.django_db


def install(**options: object) -> None:
    call_command("demo_install", **options)


def test_a_real_town_is_left_alone() -> None:
    update_town(actor=SYSTEM, name="Echtstadt")
    with pytest.raises(CommandError, match="Echtstadt"):
        install(cases=1)
    assert UserAccount.objects.count() == 0


def test_broken_files_say_where(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"town\.yaml"):
        install(dir=tmp_path)
    (tmp_path / "town.yaml").write_text("schema: 1\nname: Probe\n", encoding="utf-8")
    (tmp_path / "organisation.yaml").write_text("schema: 1\nunits: []\nposts: []\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"organisation\.yaml: persons: Diese Angabe fehlt"):
        install(dir=tmp_path)


def test_no_production_server_takes_it(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]  # the fixture is untyped
    with pytest.raises(CommandError, match="Passwort"):
        install(cases=1)
