"""The web server: gunicorn with threads, set by our settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication


class TownServer(BaseApplication):
    """Serves the town hall with ``RATHAUS_WEB_WORKERS`` processes of ``RATHAUS_WEB_THREADS`` threads."""

    def __init__(self, address: str, port: int, application: Callable[..., Any]) -> None:
        self.bind = f"{address}:{port}"
        self.town_application = application
        super().__init__()

    def load_config(self) -> None:
        values = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": settings.WEB_WORKERS,
            "threads": settings.WEB_THREADS,
            "keepalive": 5,
            "timeout": 60,
            "graceful_timeout": 30,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "preload_app": True,
            "control_socket_disable": True,
            "forwarded_allow_ips": "*" if settings.BEHIND_PROXY else "127.0.0.1",
            "loglevel": "warning",
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.town_application
