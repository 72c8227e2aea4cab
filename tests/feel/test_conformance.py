"""The DMN Technology Compatibility Kit, where it lies beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from feel import tck

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "testdata" / "dmn-tck"


@pytest.mark.external
def test_conformance_kit() -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not there")
    report = tck.run_folder(FOLDER)
    total = report.passed + report.failed
    assert total > 900
    assert report.passed / total >= 0.98, report.failures[:10]
