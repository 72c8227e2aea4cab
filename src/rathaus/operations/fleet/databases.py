"""Making a town's database on a PostgreSQL server: a role and a database that belong together, closed to others."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

CONNECT_SECONDS = 10


class DatabaseRefused(ValueError):
    """The database could not be made; the text says what to do."""


def create_database(url: str, admin_url: str = "") -> None:
    """Create role and database where they are missing. SQLite needs nothing.

    ``admin_url`` belongs to a role that may create both; without it the town's own role must be able to.
    Raises DatabaseRefused.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return
    name, user, password = (
        unquote(part or "") for part in (parts.path.lstrip("/"), parts.username, parts.password)
    )
    if not name:
        raise DatabaseRefused("In »database« fehlt der Name der Datenbank.")
    try:
        with _connected(admin_url or _server_of(url)) as connection:
            _create(connection, name, user, password)
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or ["unbekannt"])[0]
        raise DatabaseRefused(f"Die Datenbank »{name}« ließ sich nicht anlegen: {reason}") from None


def _server_of(url: str) -> str:
    """The same server and role, its database for administration."""
    parts = urlsplit(url)
    return parts._replace(path="/postgres").geturl()


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return psycopg.connect(
        host=options.pop("host", None) or parts.hostname,
        port=parts.port,
        user=unquote(parts.username or "") or None,
        password=unquote(parts.password or "") or None,
        dbname=unquote(parts.path.lstrip("/")) or "postgres",
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        **options,  # type: ignore[arg-type]  # further options of libpq, as texts
    )


def _create(connection: psycopg.Connection[tuple[object, ...]], name: str, user: str, password: str) -> None:
    role, database = sql.Identifier(user), sql.Identifier(name)
    if user and not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", user):
        with_password = sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role) + with_password)
    if _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        return
    owner = sql.SQL(" OWNER {}").format(role) if user else sql.SQL("")
    template = sql.SQL(" ENCODING 'UTF8' TEMPLATE template0")
    connection.execute(sql.SQL("CREATE DATABASE {}").format(database) + owner + template)
    connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database))


def _exists(connection: psycopg.Connection[tuple[object, ...]], question: str, value: str) -> bool:
    return connection.execute(question, [value]).fetchone() is not None
