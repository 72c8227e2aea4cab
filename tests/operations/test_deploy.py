"""The files under deploy/ name commands, options, settings and addresses that exist, and keep what they promise."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from rathaus.operations.holding_back import SWITCH
from rathaus.operations.probes import ADDRESSES
from rathaus.site import cli
from rathaus.site.settings import DATA_UPLOAD_MAX_MEMORY_SIZE, ENV
from tests.architecture import tree

DEPLOY = tree.ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateDevices": "yes", "CapabilityBoundingSet": "", "UMask": "0077", "Restart": "always",
}  # fmt: skip
NOT_OURS = {"RATHAUS_IMAGE"}


def pairs(unit: Path) -> list[tuple[str, str]]:
    lines = [line for line in unit.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def compose() -> dict[str, Any]:
    content = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())
    assert isinstance(content, dict)
    return content


def command_lines() -> Iterator[tuple[str, list[str]]]:
    for unit in UNITS:
        yield unit.name, shlex.split(dict(pairs(unit))["ExecStart"])
    for name, service in compose()["services"].items():
        if service["command" if "command" in service else "image"][0] == "rathaus":
            yield f"compose {name}", service["command"]
    container = (DEPLOY / "container/Containerfile").read_text()
    for words in re.findall(r"^CMD (\[.*\])$", container, re.MULTILINE):
        yield "Containerfile", yaml.safe_load(words)


LINES = list(command_lines())


def test_all_commands_are_looked_at() -> None:
    assert len(LINES) == 8


@pytest.mark.parametrize(("place", "words"), LINES, ids=[place for place, _ in LINES])
def test_every_command_and_option_exists(place: str, words: list[str]) -> None:
    assert Path(words[0]).name == "rathaus"
    name, rest = cli.resolve(words[1:])
    assert name is not None, f"{place}: {words}"
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    parsed = command.create_parser("rathaus", name).parse_args(rest)
    assert parsed is not None


def test_every_setting_exists() -> None:
    texts = {path.name: path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}
    named = {
        (file, name)
        for file, text in texts.items()
        for name in re.findall(r"\bRATHAUS_[A-Z_0-9]+\b", text)
        if name not in NOT_OURS
    }
    assert {name for _, name in named} >= {"RATHAUS_SECRET_KEY", "RATHAUS_BLOB_URL", "RATHAUS_JOBS"}
    assert {pair for pair in named if pair[1] not in ENV.names} == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_hardened(unit: Path) -> None:
    found = dict(pairs(unit))
    assert {name: found.get(name) for name in HARDENED} == HARDENED
    assert found["ExecReload"].endswith("-HUP $MAINPID")
    assert int(found["TimeoutStopSec"]) > 40  # longer than what is being answered may take


def test_keys_come_by_credential() -> None:
    for name in ("rathaus-web.service", "rathaus-worker.service"):
        given = [
            value.split(":")[0] for key, value in pairs(DEPLOY / "systemd" / name) if key == "LoadCredential"
        ]
        assert given == ["RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY"]


def test_systemd_knows_every_key() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here")
    files = [str(unit) for unit in [*UNITS, DEPLOY / "systemd/rathaus-web.socket"]]
    answer = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False
    )
    # The program itself is not installed where tests run; anything else that it says is about our files.
    complaints = [
        line for line in answer.stderr.splitlines() if "rathaus" in line and "is not executable" not in line
    ]
    assert complaints == []


def test_containers_can_write_nowhere_but_where_they_should() -> None:
    services = compose()["services"]
    assert (services["web"]["deploy"]["replicas"], services["worker"]["deploy"]["replicas"]) == (2, 3)
    for name in ("migrate", "web", "worker"):
        service = services[name]
        assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001", ["ALL"])
        assert service["volumes"] == ["data:/var/lib/rathaus"]
        assert set(service["secrets"]) <= set(compose()["secrets"])
    container = (DEPLOY / "container/Containerfile").read_text()
    assert container.index("USER 10001") < container.index('CMD ["rathaus", "serve"]')
    copied = {
        word
        for line in re.findall(r"^COPY (?!--)(.*)$", container, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert {name for name in copied if not (tree.ROOT / name).exists()} == set()


@pytest.mark.parametrize("file", sorted((DEPLOY / "nginx").iterdir()), ids=lambda file: file.name)
def test_the_proxy_takes_what_forms_take_and_passes_on_nothing_that_clients_claim(file: Path) -> None:
    text = file.read_text()
    limit = re.search(r"client_max_body_size (\d+)m;", text)
    assert limit is not None
    assert int(limit[1]) * 1024**2 > DATA_UPLOAD_MAX_MEMORY_SIZE
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", text))
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert (headers["X-Forwarded-Proto"], headers["X-Request-ID"]) == ("https", "$request_id")
    hidden = set(re.findall(r"location = (\S+) { return 404; }", text))
    assert hidden < ADDRESSES
    assert text.count("{") == text.count("}")


def test_addresses_that_are_named_exist() -> None:
    for address in (*ADDRESSES, SWITCH):
        assert resolve(address).func is not None
