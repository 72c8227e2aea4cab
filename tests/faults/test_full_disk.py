"""Not one byte more can be written: the town says so, damages nothing, and goes on when there is room again."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.faults.browser import Browser, Crowd
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.town import AT_LENGTH, FaultTown

pytestmark = pytest.mark.faults
ROOM = 64 * 1024 * 1024


class Disk(Protocol):
    def fill(self, town: FaultTown) -> None: ...

    def free(self, town: FaultTown) -> None: ...


class SmallDisk:
    """A file system in memory that is filled to its last block."""

    def fill(self, town: FaultTown) -> None:
        filler = os.open(town.folder / "filler", os.O_WRONLY | os.O_CREAT)
        block = 1024 * 1024
        while block:
            try:
                os.write(filler, b"\0" * block)
            except OSError as error:
                assert error.errno == errno.ENOSPC
                block //= 2
        os.close(filler)

    def free(self, town: FaultTown) -> None:
        (town.folder / "filler").unlink()


class NoFileMayGrow:
    """Where nothing can be mounted: the processes may write to no place of a file beyond the first byte."""

    def fill(self, town: FaultTown) -> None:
        self._limit(town, 1)

    def free(self, town: FaultTown) -> None:
        self._limit(town, resource.RLIM_INFINITY)

    def _limit(self, town: FaultTown, size: int) -> None:
        for service in town.services:
            for pid in (service.process.pid, *service.children()):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _is_mounted(folder: Path) -> bool:
    folder.mkdir()
    if os.geteuid() != 0:
        return False
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)]
    try:
        return subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.fixture(params=["small disk", "no file may grow"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Disk]]:
    folder = tmp_path / "disk"
    if request.param == "no file may grow":
        yield folder, NoFileMayGrow()
        return
    if not AT_LENGTH:
        pytest.skip("takes time: RATHAUS_FAULTS=all, or make faults")
    if not _is_mounted(folder):
        pytest.skip("no file system can be mounted here; the other way is tested")
    yield folder, SmallDisk()
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(disk: tuple[Path, Any], new_town: Callable[..., FaultTown]) -> None:
    folder, medium = disk
    town = new_town(folder)
    town.start_web()
    worker = town.start_worker()
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    crowd.apply(1)
    medium.fill(town)
    browser = Browser(town.port)
    for number in range(20, 23):
        refused = browser.post_json(
            "/api/v1/services/wohnberatung/applications",
            {"data": town.known["data"]},
            Idempotency_Key=f"antrag-{number:05d}",
        )
        assert (refused.status, "Retry-After" in refused.headers) == (503, True), refused.body[:2000]
    page = browser.post_form("/leistungen/wohnberatung/antrag/", {})
    assert page.status == 503, page.body[:2000]
    assert "kann gerade nichts speichern" in page.body
    assert browser.get("/").status == 200
    worker.assert_alive()
    medium.free(town)
    for applicant in crowd.start(range(2, 6)):
        applicant.join()
    stored = town.drain()
    assert len(stored["applications"]) == 5
    assert_nothing_lost_nothing_twice(town, crowd, stored)
