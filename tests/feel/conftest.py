"""Helpers for the tests of FEEL and DMN."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import feel

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
ModelMaker = Callable[[str], feel.Model]


def definitions(body: str, attributes: str = 'namespace="urn:test"') -> bytes:
    return f'<definitions xmlns="{NAMESPACE}" name="test" {attributes}>{body}</definitions>'.encode()


@pytest.fixture
def model() -> ModelMaker:
    """Loads a model from the elements inside `definitions`."""
    return lambda body: feel.load_model(definitions(body))


@pytest.fixture
def wrap() -> Callable[..., bytes]:
    """The bytes of a model from the elements inside `definitions`."""
    return definitions
