from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from rathaus.site import environment
from rathaus.site.environment import Environment


def test_flags_speak_german_and_english() -> None:
    env = Environment({"A": "ja", "B": "0", "C": "vielleicht"})
    assert (env.flag("A"), env.flag("B", True), env.flag("D", True)) == (True, False, True)
    with pytest.raises(ImproperlyConfigured, match="C muss 1 oder 0 sein, angegeben ist »vielleicht«"):
        env.flag("C")


def test_numbers_and_choices_are_checked() -> None:
    env = Environment({"PORT": "viel", "STATE": "XX"})
    with pytest.raises(ImproperlyConfigured, match="PORT muss eine ganze Zahl sein"):
        env.number("PORT", 1)
    with pytest.raises(ImproperlyConfigured, match="STATE muss eines von HE, BY sein"):
        env.choice("STATE", ("HE", "BY"), "HE")


def test_words_are_split_at_commas() -> None:
    assert Environment({"HOSTS": "a.de, b.de ,"}).words("HOSTS") == ["a.de", "b.de"]


def test_every_name_asked_for_is_remembered() -> None:
    env = Environment({})
    env.text("A")
    env.number("B", 1)
    assert env.names == ["A", "B"]


def test_a_key_is_generated_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "keys/key"
    first = Environment({}).key("KEY", file=file, generate=True)
    assert len(first) == 32
    assert Environment({}).key("KEY", file=file, generate=True) == first
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_in_production_a_missing_or_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="KEY fehlt"):
        Environment({}).key("KEY", file=tmp_path / "key", generate=False)
    with pytest.raises(ImproperlyConfigured, match="KEY muss 32 Bytes in Base64 enthalten"):
        Environment({"KEY": "a2V5"}).key("KEY", file=tmp_path / "key", generate=False)
    assert not (tmp_path / "key").exists()


def test_sqlite_waits_instead_of_failing() -> None:
    database = environment.database("sqlite:///srv/town.sqlite3")
    assert (database["NAME"], database["CONN_MAX_AGE"]) == (Path("/srv/town.sqlite3"), None)
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgres_addresses() -> None:
    database = environment.database("postgres://amt:ge%40heim@db:5433/town?sslmode=verify-full")
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "town",
        "USER": "amt",
        "PASSWORD": "ge@heim",
        "HOST": "db",
        "PORT": "5433",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "verify-full"},
    }
    assert environment.database("postgres://amt@/town?host=/run/pg")["HOST"] == "/run/pg"


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="sqlite:/// oder postgres://"):
        environment.database("mysql://x/y")


def test_mail_addresses() -> None:
    smtp = environment.email("smtp://a:b@mail:2525")
    assert (smtp["EMAIL_HOST"], smtp["EMAIL_PORT"], smtp["EMAIL_USE_TLS"]) == ("mail", 2525, True)
    assert environment.email("smtps://mail")["EMAIL_PORT"] == 465
    assert environment.email("file:///var/mail")["EMAIL_FILE_PATH"] == "/var/mail"
    with pytest.raises(ImproperlyConfigured, match="RATHAUS_EMAIL_URL"):
        environment.email("pigeon://roof")


def test_what_is_not_in_the_environment_may_be_a_credential(tmp_path: Path) -> None:
    (tmp_path / "RATHAUS_A").write_text("aus der Datei\n")
    (tmp_path / "RATHAUS_B").write_text("aus der Datei\n")
    env = Environment({"CREDENTIALS_DIRECTORY": str(tmp_path), "RATHAUS_B": "aus der Umgebung"})
    assert [env.text(f"RATHAUS_{letter}", "sonst") for letter in "ABC"] == [
        "aus der Datei",
        "aus der Umgebung",
        "sonst",
    ]


def test_networks() -> None:
    env = Environment({"A": "10.0.0.0/8, 192.0.2.1,2001:db8::/32", "B": "10.0.0.1/8"})
    assert [str(network) for network in env.networks("A")] == ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]
    with pytest.raises(ImproperlyConfigured, match="B muss Netze"):
        env.networks("B")


def test_a_file_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "leaked.txt"
    assert Environment({}).existing_file("RATHAUS_FILE") == ""
    with pytest.raises(ImproperlyConfigured, match="gibt es nicht"):
        Environment({"RATHAUS_FILE": str(file)}).existing_file("RATHAUS_FILE")
    file.touch()
    assert Environment({"RATHAUS_FILE": str(file)}).existing_file("RATHAUS_FILE") == str(file)
