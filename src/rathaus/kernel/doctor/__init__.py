"""Is all well with this town hall? Checks by every part, each with what to do."""

from .own import register_own
from .registry import Check, Level, Observation, checks, fail, observe, ok, warn

__all__ = ["Check", "Level", "Observation", "checks", "fail", "observe", "ok", "register_own", "warn"]
