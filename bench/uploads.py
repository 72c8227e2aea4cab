"""What looking into a file costs, in the process of its own: ``uploads.py [--short]``.

The quickest of some rounds, in seconds of the clock: whoever sends a file waits for it. Prints one JSON object a line.
Floor: starting a bare Python that reads the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import typst
from PIL import Image

from rathaus.engines.forms.inspection.client import inspect

ROUNDS = 3 if "--short" in sys.argv else 10
GOAL = 1.0


def photo() -> bytes:
    """Twelve megapixels of noise, the dearest kind of picture to pack."""
    buffer = BytesIO()
    Image.effect_noise((4000, 3000), 20).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def quickest(work: Callable[[], object]) -> float:
    def once() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return min(once() for _ in range(ROUNDS))


def bare(data: bytes) -> object:
    return subprocess.run(
        [sys.executable, "-I", "-c", "import sys; sys.stdin.buffer.read()"], input=data, check=True
    )


def main() -> None:
    files = {"jpg": photo(), "pdf": typst.compile(b"Nachweis", format="pdf"), "txt": b"Nachweis"}
    for extension, data in files.items():
        seconds = quickest(lambda data=data, kind=extension: inspect(data, kind))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        floor = quickest(lambda data=data: bare(data))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        print(
            json.dumps(
                {
                    "bench": "uploads", "figure": f"inspecting {extension}, {len(data)} bytes",
                    "value": round(seconds, 3), "unit": "s", "goal": GOAL, "better": "lower",
                    "floor": round(floor, 3), "peer": None, "note": "",
                }
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
