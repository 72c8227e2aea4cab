"""Heads, hosts, cookies, verbs and where they lead: what a request may claim without being believed."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from rathaus.identity.models import UserAccount, UserSession
from rathaus.identity.throttle import ThrottleMiddleware
from rathaus.kernel.public import jobs
from tests.architecture.rights import Row, Visitors
from tests.factories import identity
from tests.factories.identity import PASSWORD
from tests.security.attack import LONG, ROWS, ask, insider, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
EVIL = "boese.example"
POLICY = "Content-Security-Policy"


def row_of(name: str) -> Row:
    return next(row for row in ROWS if row.name == name)


# ---- What every answer bears


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_answer_bears_the_headers_that_protect_it(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    answer: Any = ask(visitors, row, role, "GET")
    policy = {
        name: value for name, _, value in (part.strip().partition(" ") for part in answer[POLICY].split(";"))
    }
    assert policy["frame-ancestors"] in ("'none'", "'self'")
    if "sandbox" in policy:  # files
        sources = {policy[name] for name in ("default-src", "base-uri", "form-action")}
        assert (sources, "script-src" in policy) == ({"'none'"}, False)
    else:
        assert (policy["object-src"], policy["base-uri"], policy["form-action"]) == (
            "'none'",
            "'none'",
            "'self'",
        )
        assert re.fullmatch(r"'nonce-[\w-]{20,}'", policy["script-src"])
        assert (policy["style-src"], policy["default-src"]) == ("'self'", "'self'")
        assert answer["X-Frame-Options"] == (
            "DENY" if policy["frame-ancestors"] == "'none'" else "SAMEORIGIN"
        )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer
    kind = answer.get("Content-Type", "")
    assert not kind.startswith("text/") or "charset=utf-8" in kind.lower()
    assert kind or not getattr(answer, "content", b"") or answer.status_code in (301, 302, 405)
    assert not {"Server", "X-Powered-By", "X-AspNet-Version"} & set(answer.headers)
    assert_kept_nowhere(answer, row, role)
    if not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
        assert_nothing_inline(answer.content.decode(), policy["script-src"])


def assert_kept_nowhere(answer: Any, row: Row, role: str) -> None:
    """What was made from a session is stored neither by the browser nor on the way."""
    is_personal = role != "guest" and row.outcomes["GET"].get("guest") == "login"
    if is_personal and answer.status_code == 200:
        assert "no-store" in answer["Cache-Control"]
    assert "public" not in answer.get("Cache-Control", "") or row.address in (
        "ui:town_stylesheet",
        "ui:coat_of_arms",
    )


def assert_nothing_inline(page: str, script_source: str) -> None:
    """No style and no script in the page but under its nonce, and nothing from other hosts."""
    nonce = script_source.removeprefix("'nonce-").removesuffix("'")
    assert re.findall(r"<[^>]*\sstyle\s*=|<style\b", page) == []
    assert re.findall(r"<[^>]*\son\w+\s*=|javascript:", page) == []
    scripts = [tag for tag in re.findall(r"<script\b[^>]*>", page) if 'type="application/json"' not in tag]
    assert [tag for tag in scripts if f'nonce="{nonce}"' not in tag] == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]+\.(?:js|css|woff2?)", page) == []


def test_a_nonce_is_used_once(client: Client) -> None:
    nonces = {client.get("/")["Content-Security-Policy"] for _ in range(3)}
    assert len(nonces) == 3


# ---- Cookies


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    client.post(reverse("account_login"), {"login": "da@example.org", "password": PASSWORD})
    client.post(reverse("ui:set_language"), {"language": "en"})
    client.get(reverse("account_login"))
    given = {name: (bool(morsel["httponly"]), morsel["samesite"]) for name, morsel in client.cookies.items()}
    assert set(given) >= {"sessionid", "csrftoken", "device", "django_language"}
    assert set(given.values()) == {(True, "Lax")}
    assert [morsel["domain"] for morsel in client.cookies.values() if morsel["domain"]] == []


NAMES_OF_COOKIES = (
    "from rathaus.site import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,"
    "s.DEVICE_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE,"
    "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000)"
)


def test_cookies_over_tls_are_bound_to_the_host() -> None:
    """Under the prefix ``__Host-`` browsers take a cookie from this very host over TLS only."""
    words = [sys.executable, "-c", NAMES_OF_COOKIES]
    answer = subprocess.run(
        words, env={**os.environ, "RATHAUS_TLS": "1"}, capture_output=True, text=True, check=True
    )
    cookies = ["__Host-sessionid", "__Host-csrftoken", "__Host-django_language", "__Host-device"]
    assert answer.stdout.split() == [*cookies, *["True"] * 5]


@pytest.mark.parametrize(
    "value", ['"abcdefgh\\000"', "x" * 4000, "../../etc/passwd", "' OR 1=1 --", "\xff\xfe", "{}", ""]
)
def test_cookies_that_are_none_of_ours(client: Client, value: str) -> None:
    names = (*(["sessionid", "csrftoken", "messages", "device", "django_language"]), "__proto__")
    header = "; ".join(f"{name}={value}" for name in names)
    for path in ("/", reverse("account_login"), reverse("identity:security")):
        assert send(client, "GET", path, headers={"Cookie": header}).status_code < 500
        assert send(client, "POST", path, headers={"Cookie": header}).status_code < 500


def test_a_session_that_somebody_else_chose_is_not_taken_over(client: Client) -> None:
    """Session fixation: the key that a browser brings along is worth nothing after the sign-in."""
    person = identity.account(email="da@example.org", password=PASSWORD)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != "a" * 32
    assert not UserSession.objects.filter(session_key="a" * 32).exists()
    assert UserSession.objects.get(session_key=key).account_id == person.pk


# ---- Hosts and proxies


@override_settings(ALLOWED_HOSTS=["rathaus.example"])
@pytest.mark.parametrize(
    "host", [EVIL, f"rathaus.example@{EVIL}", f"rathaus.example.{EVIL}", "a b", "[::1", "x" * 300]
)
def test_other_host_names_are_not_answered(client: Client, host: str) -> None:
    answer = send(client, "GET", "/", headers={"Host": host})
    assert answer.status_code == 400
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "head",
    ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL",
     "X-HTTP-Method-Override", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Scheme"],
)  # fmt: skip
def test_heads_of_proxies_are_nobodys_to_send(visitors: Visitors, head: str) -> None:
    value = {"Forwarded": f"host={EVIL};proto=https", "X-HTTP-Method-Override": "DELETE"}.get(
        head, f"/{EVIL}"
    )
    for row in (row_of("portal:start"), row_of("account_reset_password"), row_of("casework:tray")):
        role = insider(row)
        plain, headed = (
            ask(visitors, row, role, "GET"),
            ask(visitors, row, role, "GET", headers={head: value}),
        )
        assert (headed.status_code, EVIL in str(headed.headers)) == (plain.status_code, False)
        assert EVIL not in getattr(headed, "content", b"").decode()


def test_the_sender_cannot_be_made_up(client: Client) -> None:
    """Limits count by the connection, not by what a client says of itself."""
    identity.account(email="da@example.org", password=PASSWORD)
    for number in range(12):
        client.post(
            reverse("account_login"), {"login": "da@example.org", "password": "falsch"},
            headers={"X-Forwarded-For": f"198.51.{number}.7", "X-Real-IP": f"198.51.{number}.7"},
        )  # fmt: skip
    answer = client.post(reverse("account_login"), {"login": "da@example.org", "password": PASSWORD})
    assert "Zu viele" in answer.content.decode()


# ---- Where a request leads


TARGETS = (
    f"https://{EVIL}/", f"//{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"/\t/{EVIL}", f"///{EVIL}", f"http:{EVIL}",
    "javascript:alert(1)", f"/%2f%2f{EVIL}/..", "data:text/html,x", f" https://{EVIL}", f"https:/\\{EVIL}",
    f"/konto/\r\nLocation: https://{EVIL}",
)  # fmt: skip
NEXT = ("next", "url", "redirect", "return_to", "zurueck", "continue")


def leads_away(location: str) -> bool:
    return (
        not location.startswith("/")
        or location.startswith(("//", "/\\"))
        or "\r" in location
        or "\n" in location
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_nothing_leads_to_another_site(visitors: Visitors, row: Row) -> None:
    for role in {"guest", insider(row)} if LONG else {insider(row)}:
        for target in TARGETS if LONG else TARGETS[ROWS.index(row) % 6 :: 6]:
            data = dict.fromkeys(NEXT, target)
            client = visitors.browser(role)
            known = {**visitors.town.known(row.address, role), **row.fixed}
            path = row.url(known).partition("?")[0]
            answers = [
                client.get(path, data, headers={"Referer": f"https://{EVIL}/"}),
                send_form(client, path, data),
            ]
            away = [answer["Location"] for answer in answers if leads_away(answer.get("Location", "/"))]
            assert away == [] or all(row.address == "demo_eid:choose" for _ in away)


def send_form(client: Client, path: str, data: dict[str, str]) -> Any:
    return send(
        client, "POST", path, data=urlencode(data), content_type="application/x-www-form-urlencoded",
        headers={"Referer": f"https://{EVIL}/"},
    )  # fmt: skip


# ---- Verbs


VERBS = ("OPTIONS", "TRACE", "PROPFIND", "CONNECT", "get", "POST /evil")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_head_options_and_strange_verbs_change_and_tell_nothing(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    head: Any = ask(visitors, row, role, "HEAD")
    assert head.status_code in {ask(visitors, row, role, "GET").status_code, 405}
    for verb in VERBS if LONG else VERBS[ROWS.index(row) % 3 :: 3]:
        answer: Any = ask(visitors, row, "guest", verb)
        assert answer.status_code < 500
        assert b"Cookie" not in b"".join(answer) if answer.streaming else b"Cookie:" not in answer.content


@pytest.mark.parametrize("way", ["_method=DELETE", "X-HTTP-Method-Override=DELETE"])
def test_a_verb_is_not_overridden(visitors: Visitors, way: str) -> None:
    row = row_of("citizen:message")
    assert ask(visitors, row, "owner", "GET", query=way.encode()).status_code == 200
    assert ask(visitors, row, "owner", "POST", query=way.encode()).status_code == 405


# ---- Requests that other sites send


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_browsers_that_other_sites_send_are_refused(visitors: Visitors, site: str) -> None:
    """Also where no token is asked for, as at the API for guests."""
    taking = [row for row in ROWS if set(row.outcomes["POST"].values()) - {"405", "404", "403", "login"}]
    got = {
        row.name: ask(visitors, row, insider(row), "POST", headers={"Sec-Fetch-Site": site}).status_code
        for row in taking
    }
    assert set(got.values()) == {403}


def test_links_from_other_sites_lead_in(visitors: Visitors) -> None:
    row = row_of("portal:service")
    assert ask(visitors, row, "guest", "GET", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("origin", [f"https://{EVIL}", "null", "http://testserver.boese.example", "file://"])
def test_a_foreign_origin_is_refused_in_spite_of_a_token(origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("account_login")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    data = {"login": "a@example.org", "password": "x", "csrfmiddlewaretoken": token[1]}
    assert client.post(reverse("account_login"), data, headers={"Origin": origin}).status_code == 403
    assert client.post(reverse("account_login"), data).status_code == 200


# ---- Too much


def test_searching_without_end_is_slowed_down(client: Client, settings: Any) -> None:
    settings.THROTTLE, settings.THROTTLES = True, {"GET portal:search": 3}
    throttle = ThrottleMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]  # never asked here
    assert throttle.counter.count(("a", "b")) == 1
    answers = [client.get(reverse("portal:search")) for _ in range(8)]
    codes = [answer.status_code for answer in answers]
    assert codes[:3] == [200, 200, 200]
    assert 429 in codes  # a new minute may have begun in between, but not twice
    limited = next(answer for answer in answers if answer.status_code == 429)
    assert (limited["Retry-After"], "viel in kurzer Zeit" in limited.content.decode()) == ("60", True)


def test_heads_and_addresses_without_measure(client: Client) -> None:
    assert send(client, "GET", "/suche/", headers={"Accept-Language": "de," * 20_000}).status_code < 500
    assert send(client, "GET", "/suche/", headers={"Accept": "a/" * 50_000}).status_code < 500
    assert send(client, "GET", "/" + "a/" * 20_000).status_code == 404
    assert send(client, "GET", "/suche/", QUERY_STRING="q=" + "(" * 100_000).status_code < 500


@pytest.mark.parametrize(
    "value", ["abc", "-1", "99999999999999999999", "1, 2", "bytes=0-", "bytes=9-1", "bytes=-0,0-0"]
)
def test_ranges_and_lengths(visitors: Visitors, value: str) -> None:
    for name in ("casework:document", "citizen:download"):
        row = row_of(name)
        answer = ask(visitors, row, insider(row), "GET", headers={"Range": value, "If-Range": value})
        assert answer.status_code in (200, 206, 416)


STATIC = (
    "/static/../settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc/passwd", "/static//etc/passwd",
    "/static/ui/../../manage.py", "/static/%00", "/static/\\..\\..", "/.git/config", "/.env", "/var/keys/secret_key",
    "/static/staticfiles.json/../../var/keys/secret_key", "/server-status", "/admin/", "/api/v1/docs", "/debug/",
)  # fmt: skip


@pytest.mark.parametrize("path", STATIC)
def test_no_way_out_of_the_static_files(client: Client, path: str) -> None:
    assert send(client, "GET", path).status_code in (400, 404)


def test_errors_tell_nothing_of_the_machine(client: Client) -> None:
    for answer in (
        client.get("/nichts"),
        send(client, "GET", "/%00"),
        send(client, "POST", "/konto/", data=b""),
    ):
        page = getattr(answer, "content", b"").decode()
        assert re.findall(r"Traceback|File \"|/src/|django\.|Exception|SELECT ", page) == []


def test_a_blocked_account_is_out_at_once(client: Client) -> None:
    person = identity.account()
    identity.sign_in(client, person)
    assert client.get(reverse("citizen:overview")).status_code == 200
    UserAccount.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("citizen:overview")).status_code == 302


def test_mails_of_accounts_take_no_lines_from_what_was_typed(client: Client) -> None:
    """Header injection by the name or the address of a sign-up."""
    for email in ("a@example.org\r\nBcc: b@boese.example", "a@example.org%0aBcc:b@boese.example"):
        client.post(
            reverse("account_signup"),
            {"given_name": "A\r\nBcc: x@y.z", "family_name": "B", "email": email, "password1": PASSWORD,
             "password2": PASSWORD},
        )  # fmt: skip
    jobs.run_pending()
    assert not UserAccount.objects.filter(email__contains="bcc").exists()


def test_what_was_refused_is_in_the_log(visitors: Visitors, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "rathaus.security"):
        ask(visitors, row_of("casework:tray"), "owner", "GET")
        ask(visitors, row_of("citizen:withdraw"), "owner", "POST", headers={"Sec-Fetch-Site": "cross-site"})
    owner = visitors.town.people["owner"]
    assert owner is not None
    told = [(record.message, vars(record)["page"], str(vars(record)["account"])) for record in caplog.records]
    assert [entry for entry in told if entry[0] in ("access_refused", "forged_request_refused")] == [
        ("access_refused", "casework:tray", str(owner.pk)),
        ("forged_request_refused", "citizen:withdraw", str(owner.pk)),
    ]
