"""What only the whole site knows: settings of the operation, e-mail, static files, tools."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from rathaus.kernel.public import doctor

MAIL_SECONDS = 8
LOCAL = {"localhost", "127.0.0.1", "::1", ""}
MAIL_ADVICE = "RATHAUS_EMAIL_URL, Kennwort und die Erreichbarkeit des Servers prüfen."
Seen = Iterator[doctor.Observation]


def check_settings() -> Seen:
    """Hosts, public address, TLS: as an operation needs them."""
    place = "Einstellungen"
    severe = doctor.fail if settings.PRODUCTION else doctor.warn
    if not settings.PRODUCTION:
        yield doctor.warn(place, "Läuft nicht als Betrieb.", "Auf einem Server RATHAUS_PRODUCTION=1 setzen.")
    address = urlsplit(settings.RATHAUS_PUBLIC_URL)
    if address.hostname in LOCAL:
        yield severe(place, "Links in E-Mails führen zu diesem Rechner selbst.", "RATHAUS_PUBLIC_URL setzen.")
    elif address.scheme != "https":
        yield severe(
            place, "Links in E-Mails beginnen nicht mit https.", "RATHAUS_PUBLIC_URL mit https:// setzen."
        )
    if settings.PRODUCTION:
        if not settings.TLS:
            yield doctor.fail(
                place, "Anmeldungen gehen unverschlüsselt über das Netz.", "RATHAUS_TLS=1 setzen."
            )
        if "*" in settings.ALLOWED_HOSTS:
            yield doctor.fail(place, "Jeder Rechnername wird angenommen.", "RATHAUS_HOSTS setzen.")
        elif address.hostname not in {name.lstrip(".") for name in settings.ALLOWED_HOSTS}:
            yield doctor.fail(
                place, f"{address.hostname} steht nicht in RATHAUS_HOSTS.", "RATHAUS_HOSTS ergänzen."
            )
        if settings.DEMO_IDENTITY:
            yield doctor.fail(
                place, "Die Vorführ-Identität ist eingeschaltet: Jeder kann sich als jeder ausweisen.",
                "RATHAUS_DEMO_IDENTITY=0 setzen.",
            )  # fmt: skip
    yield doctor.ok(place, f"gelesen; öffentliche Adresse {settings.RATHAUS_PUBLIC_URL}.")


def check_mail() -> Seen:
    """Connects to the mail server as sending would, and sends nothing."""
    place = "E-Mail"
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        severe = doctor.fail if settings.PRODUCTION else doctor.warn
        yield severe(place, "E-Mails gehen nicht hinaus.", "RATHAUS_EMAIL_URL auf einen Mailserver setzen.")
        return
    connection = get_connection(timeout=MAIL_SECONDS)
    try:
        connection.open()
        connection.close()
    except (OSError, SMTPException, ssl.SSLError) as error:
        reason = " ".join(str(error).split())[:120]
        yield doctor.fail(place, f"{settings.EMAIL_HOST} nimmt nichts an: {reason}.", MAIL_ADVICE)
        return
    yield doctor.ok(
        place,
        f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} nimmt an; Absender {settings.DEFAULT_FROM_EMAIL}.",
    )


def send_test_mail(address: str) -> doctor.Observation:
    """Send one e-mail and say how it went."""
    mail = EmailMessage(
        subject="Probe vom Rathaus",
        body=f"Diese E-Mail zeigt, dass {settings.RATHAUS_PUBLIC_URL} E-Mails versenden kann.\n",
        to=[address],
    )
    try:
        mail.send()
    except (OSError, SMTPException, ssl.SSLError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        return doctor.fail("E-Mail", f"Die Probe an {address} ging nicht hinaus: {reason}.", MAIL_ADVICE)
    return doctor.ok("E-Mail", f"Die Probe an {address} ist abgegeben.")


def check_static_files() -> Seen:
    place = "Stile und Skripte"
    if settings.STATIC_COLLECTED:
        yield doctor.ok(place, f"gesammelt in {settings.STATIC_ROOT}.")
    elif settings.PRODUCTION:
        yield doctor.fail(
            place, "sind nicht gesammelt.", "»make setup« oder »rathaus collectstatic« ausführen."
        )
    else:
        yield doctor.ok(place, "kommen aus dem Quelltext.")


def check_tools() -> Seen:
    """What letters are made with."""
    try:
        found = version("typst")
        fonts = list((Path(str(files("fontpkg_fira_sans"))) / "files").glob("*"))
    except (PackageNotFoundError, ModuleNotFoundError) as error:
        yield doctor.fail("Briefe", f"Es fehlt {error.name}.", "»make setup« ausführen.")
        return
    if not fonts:
        yield doctor.fail("Briefe", "Die Schriften fehlen.", "»make setup« ausführen.")
    else:
        yield doctor.ok("Briefe", f"Typst {found}, {len(fonts)} Schriften.")


def register() -> None:
    """Add the checks of the site, behind the kernel's."""
    for name, run, is_outward in (
        ("Einstellungen", check_settings, False),
        ("E-Mail", check_mail, True),
        ("Stile und Skripte", check_static_files, False),
        ("Briefe", check_tools, False),
    ):
        doctor.checks.register(doctor.Check(name, run, is_outward=is_outward))
