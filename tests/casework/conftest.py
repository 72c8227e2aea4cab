from __future__ import annotations

import pytest

from tests.factories import identity


@pytest.fixture
def cast(db: None) -> identity.Cast:
    return identity.cast()
