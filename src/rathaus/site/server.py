"""The web server: gunicorn with threads, set by our settings.

SIGTERM ends it in order: readiness turns red, after ``RATHAUS_DRAIN_SECONDS`` no connection is taken any more, what is
being answered is finished. SIGHUP starts the program anew in place, with new code and settings; its sockets stay open,
so that no connection is refused meanwhile.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from rathaus.kernel.public import supervisor
from rathaus.operations.public import metrics, readiness, watch_maintenance

FIRST_SOCKET = 3  # sd_listen_fds(3): sockets that are handed over begin here
OUT_OF_THE_WAY = 64
SLOT = "slot"
CHECK_SECONDS = 60
logger = logging.getLogger(__name__)
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class QuietLogger(Logger):
    """gunicorn's messages take the way of all others, in the same form; it writes no access log of its own."""

    def setup(self, cfg: Any) -> None:
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.handlers.clear()
        self.access_log.propagate = False
        self.access_log.disabled = True


class TownArbiter(Arbiter):
    """The master process: never answers itself, keeps the web processes alive."""

    is_ending = False

    def signal(self, sig: int, frame: FrameType | None) -> None:
        self.is_ending |= sig in ENDING
        super().signal(sig, frame)

    def handle_term(self) -> None:
        readiness.start_draining()
        time.sleep(settings.DRAIN_SECONDS)
        super().handle_term()

    def could_start(self) -> bool:
        """Whether code and settings of now make a server; asked in a process of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LISTEN_")}
        words = supervisor.command_line(["serve", "--check"])
        try:
            return subprocess.run(words, env=environment, timeout=CHECK_SECONDS, check=False).returncode == 0  # noqa: S603 - our own
        except subprocess.TimeoutExpired:
            return False

    def handle_hup(self) -> None:
        """Finish what is being answered, then become the new program: same process, same sockets.

        A program that could not start is refused before anything is stopped.
        """
        if not self.could_start():
            logger.error("reload_refused")
            return
        kept = [
            fcntl.fcntl(listener.sock.fileno(), fcntl.F_DUPFD_CLOEXEC, OUT_OF_THE_WAY)
            for listener in self.LISTENERS
        ]
        self.stop()
        if self.is_ending:
            raise StopIteration
        metrics.end()
        for place, descriptor in enumerate(kept, start=FIRST_SOCKET):
            os.dup2(descriptor, place, inheritable=True)
        become_anew(len(kept))


def become_anew(sockets: int) -> NoReturn:
    """Replace this process by a fresh start of the same command that inherits its listening sockets."""
    environment = {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(sockets)}
    os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606 - our own command, without a shell


class TownServer(BaseApplication):
    """Serves the town hall with ``RATHAUS_WEB_WORKERS`` processes of ``RATHAUS_WEB_THREADS`` threads."""

    def __init__(self, address: str, port: int, application: Callable[..., Any]) -> None:
        self.bind = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
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
            "forwarded_allow_ips": "*" if settings.BEHIND_PROXY else "",
            # gunicorn would take these two as they come from any proxy that lets them through.
            "forwarder_headers": "",
            "loglevel": "warning",
            "logger_class": QuietLogger,
            "pre_fork": give_slot,
            "post_fork": begin_work,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.town_application

    def run(self) -> None:
        try:
            TownArbiter(self).run()
        finally:
            metrics.end()


def give_slot(arbiter: Arbiter, worker: Worker) -> None:
    """Number the web processes 0, 1, …, the lowest free number first: their counters go on in the same file."""
    taken = {getattr(other, SLOT, -1) for other in arbiter.WORKERS.values()}
    setattr(worker, SLOT, next(number for number in range(len(taken) + 1) if number not in taken))


def begin_work(arbiter: Arbiter, worker: Worker) -> None:
    """In the web process, before its first request."""
    metrics.count_in_slot(getattr(worker, SLOT))
    watch_maintenance()
