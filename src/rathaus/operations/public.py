"""The door of operations: what the site starts and mounts, and what its logs need."""

from __future__ import annotations

from . import metrics, readiness
from .maintenance import watch as watch_maintenance
from .requests import log_context

__all__ = ["log_context", "metrics", "readiness", "watch_maintenance"]
