"""The one reader of environment variables: typed, German messages, remembers every name it was asked for."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on", "ja"}
FALSE = {"0", "false", "no", "off", "nein", ""}
KEY_BYTES = 32
CREDENTIALS = "CREDENTIALS_DIRECTORY"


@dataclass
class Environment:
    """Reads ``RATHAUS_…`` variables; ``names`` holds every name that was asked for."""

    values: Mapping[str, str]
    names: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        self.names.append(name)
        given = self.values.get(name)
        return (self._credential(name, default) if given is None else given).strip()

    def _credential(self, name: str, default: str) -> str:
        """A file of this name that systemd (LoadCredential) or a container (secrets) handed over."""
        folder = self.values.get(CREDENTIALS)
        file = Path(folder) / name if folder else None
        return file.read_text() if file is not None and file.is_file() else default

    def flag(self, name: str, default: bool = False) -> bool:
        given = self.text(name, "1" if default else "0").lower()
        if given not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{name} muss 1 oder 0 sein, angegeben ist »{given}«.")
        return given in TRUE

    def number(self, name: str, default: int) -> int:
        given = self.text(name, str(default))
        try:
            return int(given)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} muss eine ganze Zahl sein, angegeben ist »{given}«."
            ) from None

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()

    def existing_file(self, name: str) -> str:
        """Return the path of a file that is there, or nothing where none is named."""
        given = self.text(name)
        if given and not Path(given).expanduser().is_file():
            raise ImproperlyConfigured(f"{name}: Die Datei »{given}« gibt es nicht.")
        return str(Path(given).expanduser()) if given else ""

    def words(self, name: str, default: str = "") -> list[str]:
        """Return the parts between commas."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """Return the networks between commas, such as 10.1.0.0/16; a single address is a network of one."""
        given = self.words(name)
        try:
            return [ip_network(part) for part in given]
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} muss Netze wie 10.1.0.0/16 enthalten, durch Komma getrennt: {error}"
            ) from None

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        given = self.text(name, default)
        if given not in choices:
            raise ImproperlyConfigured(
                f"{name} muss eines von {', '.join(choices)} sein, angegeben ist »{given}«."
            )
        return given

    def key(self, name: str, *, file: Path, generate: bool) -> bytes:
        """Return 32 secret bytes (base64 in the environment); where allowed, generated once and kept."""
        given = self.text(name)
        if not given and generate:
            given = kept_secret(file)
        if not given:
            raise ImproperlyConfigured(
                f"{name} fehlt. Bitte setzen Sie 32 zufällige Bytes in Base64 (»rathaus keys« erzeugt sie)."
            )
        return decode_key(name, given)


def decode_key(name: str, given: str) -> bytes:
    """Return the 32 bytes that ``given`` spells in base64 (URL-safe or not)."""
    try:
        key = base64.urlsafe_b64decode(given.replace("+", "-").replace("/", "_") + "=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} muss 32 Bytes in Base64 enthalten.")
    return key


def new_secret() -> str:
    """Return 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def kept_secret(file: Path) -> str:
    """Return the secret kept in a file, writing a new one where there is none; two processes agree on one."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(new_secret())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in ("postgres", "postgresql"):
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured("RATHAUS_DATABASE_URL muss mit sqlite:/// oder postgres:// beginnen.")


def job_apps(jobs: str, engine: str) -> list[str]:
    """The apps that bring jobs to workers. Raises ImproperlyConfigured where Procrastinate cannot work."""
    if jobs == "database":
        return []
    if not engine.endswith("postgresql"):
        raise ImproperlyConfigured(
            "RATHAUS_JOBS=procrastinate geht nur mit PostgreSQL. Bitte RATHAUS_DATABASE_URL=postgres://… setzen "
            "oder RATHAUS_JOBS=database wählen."
        )
    if find_spec("procrastinate") is None:
        raise ImproperlyConfigured(
            "RATHAUS_JOBS=procrastinate braucht das Paket »procrastinate«. Bitte die Pakete aus "
            "requirements-data-centre.lock installieren oder RATHAUS_JOBS=database wählen."
        )
    return ["procrastinate.contrib.django", "rathaus.adapters.procrastinate"]


def _sqlite(path: Path) -> dict[str, Any]:
    """SQLite as ADR 0002 asks: one writer at a time waits instead of failing, and a commit is on disk."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-16000;"
                # What is deleted is overwritten at once: erased personal data must not linger in free pages.
                "PRAGMA secure_delete=ON"
            ),
        },
        "TEST": {"NAME": path.with_name("test.sqlite3")},
    }


def email(url: str) -> dict[str, Any]:
    """Return Django's e-mail settings for ``file:///folder``, ``console:`` or ``smtp(s)://user:password@host:port``."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme in ("smtp", "smtps"):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp" and dict(parse_qsl(parts.query)).get("tls") != "none",
            "EMAIL_TIMEOUT": 20,
        }
    raise ImproperlyConfigured(
        "RATHAUS_EMAIL_URL muss mit file://, console:, smtp:// oder smtps:// beginnen."
    )
