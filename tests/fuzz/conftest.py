"""How much is tried: the same few examples in the everyday run, many new ones by ``make fuzz``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

IS_LONG = os.environ.get("RATHAUS_FUZZ") == "long"
EXAMPLES = int(os.environ.get("RATHAUS_FUZZ_EXAMPLES", "2000")) if IS_LONG else 25

settings.register_profile(
    "rathaus",
    max_examples=EXAMPLES,
    derandomize=not IS_LONG,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("rathaus")
