from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.town import FaultTown, running

LONG = "RATHAUS_FAULTS"
SEED = "RATHAUS_FAULTS_SEED"


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether the long form was asked for, as ``make faults`` does."""
    return _asked.get(LONG, "") == "long"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The test's own dice. The seed is printed where it fails; RATHAUS_FAULTS_SEED repeats it."""
    seed = _asked.get(SEED) or str(random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def template() -> Iterator[FaultTown]:
    """A prepared town that is copied for each test."""
    folder = Path(tempfile.mkdtemp(prefix="rathaus-faults-"))
    town = FaultTown(folder)
    town.prepare()
    yield town
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_town(template: FaultTown, tmp_path: Path) -> Iterator[Callable[..., FaultTown]]:
    """Make a town like the template on SQLite; what runs in it ends with the test."""
    towns: list[FaultTown] = []

    def make(folder: Path = tmp_path / "town", *, take_over: bool = True, **settings: str) -> FaultTown:
        town = FaultTown(folder, **settings)
        if take_over:
            town.copy_of(template)
        towns.append(town)
        return town

    yield make
    for town in towns:
        with running(town):
            pass


@pytest.fixture
def town(new_town: Callable[..., FaultTown]) -> FaultTown:
    return new_town()


_asked = {name: os.environ[name] for name in (LONG, SEED) if name in os.environ}
