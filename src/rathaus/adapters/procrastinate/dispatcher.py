"""The worker: Procrastinate fetches notices and hands them to threads, which run our jobs under our leases."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from types import FrameType

import psycopg
from django.db import Error as DatabaseError
from django.db import connection, connections
from procrastinate import App, PsycopgConnector
from procrastinate.app import WorkerOptions as ProcrastinateOptions
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import DeleteJobCondition, Status
from psycopg_pool import PoolTimeout

from rathaus.adapters.procrastinate import notices
from rathaus.adapters.procrastinate.deadlines import Deadlines
from rathaus.kernel.public import jobs

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 60.0
REPAIR_SECONDS = 30.0
WAIT_AFTER_FAULT = 2.0
LOOK_AGAIN = 0.5

AWAY = (DatabaseError, ProcrastinateException, psycopg.Error, PoolTimeout, OSError)
"""What is raised while the database is away."""


class ProcrastinateDispatcher:
    """The kernel's ``Dispatcher``."""

    def announce(self, announced: Sequence[jobs.Notice]) -> None:
        notices.write(announced)

    def work(self, options: jobs.WorkerOptions) -> None:
        ProcrastinateWorker(options).run()


class ProcrastinateWorker:
    """Runs up to ``concurrency`` jobs at once until SIGTERM; then finishes those and leaves."""

    def __init__(self, options: jobs.WorkerOptions) -> None:
        self.name = jobs.worker_name()
        self._options = options
        self._stopping = jobs.Stopping()
        self._deadlines = Deadlines(options.max_seconds)
        self._pulse = jobs.Pulse()

    def run(self) -> None:
        """Work until stopped, also through times without the database."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        logger.info("worker_started name=%s procrastinate=1", self.name)
        house = threading.Thread(target=self._keep_house, name="rathaus-house", daemon=True)
        with self._pulse:
            house.start()
            try:
                while not self._stopping.is_set():
                    self._work_until_fault()
            finally:
                self._stopping.set()
                house.join()
        logger.info("worker_stopped name=%s", self.name)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _work_until_fault(self) -> None:
        try:
            asyncio.run(self._work())
        except AWAY:
            logger.exception("worker_database_away name=%s", self.name)
            self._stopping.wait(WAIT_AFTER_FAULT)
        except ExceptionGroup as several:
            if several.split(AWAY)[1] is not None:
                raise
            logger.exception("worker_database_away name=%s", self.name)
            self._stopping.wait(WAIT_AFTER_FAULT)

    async def _work(self) -> None:
        app = App(connector=PsycopgConnector(kwargs=_connection_options(), timeout=WAIT_AFTER_FAULT * 5))
        app.task(name=notices.TASK)(self.run_job)
        async with app.open_async():
            tidying = asyncio.create_task(_tidy(app))
            working = asyncio.create_task(app.run_worker_async(**self._worker_options()))
            try:
                while not self._stopping.is_set() and not working.done():
                    await asyncio.wait([working], timeout=LOOK_AGAIN)
                working.cancel()  # Procrastinate then fetches no more and lets running jobs come to their end
                (outcome,) = await asyncio.gather(working, return_exceptions=True)
            finally:
                tidying.cancel()
            if isinstance(outcome, Exception):
                raise outcome
            if not self._stopping.is_set():
                raise ProcrastinateException("the worker ended by itself")

    def _worker_options(self) -> ProcrastinateOptions:
        options = ProcrastinateOptions(
            concurrency=self._options.concurrency,
            name=self.name,
            fetch_job_polling_interval=self._options.poll_seconds,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )
        if self._options.queues:
            options["queues"] = self._options.queues
        return options

    def run_job(self, job_id: int) -> None:
        """Run one of our jobs, if it is still ready. A thread of Procrastinate's calls this; nothing gets past here."""
        try:
            job = jobs.claim_one(job_id, self.name)
            if job is None:
                self._put_back(job_id)
                return
            with self._pulse.holding(job), self._deadlines.running():
                jobs.run_claimed(job)
        except Exception:  # the lease covers the job; Procrastinate needs to know nothing
            logger.exception("worker_turn_failed name=%s job=%s", self.name, job_id)
            connections.close_all()

    def _put_back(self, job_id: int) -> None:
        """Where the database's clock is ahead of ours, a notice comes before its time."""
        notice = notices.is_waiting(job_id)
        if notice is not None:
            time.sleep(LOOK_AGAIN)
            notices.write([notice])

    def _keep_house(self) -> None:
        housekeeper, repaired, waited = jobs.Housekeeper(), float("-inf"), timedelta(0)
        while not self._stopping.wait(self._options.poll_seconds):
            self._deadlines.enforce()
            try:
                housekeeper.turn()
                if time.monotonic() - repaired >= REPAIR_SECONDS:
                    repaired = time.monotonic()
                    notices.write_missing(waited)
                    waited = timedelta(seconds=REPAIR_SECONDS)
            except DatabaseError:
                logger.exception("worker_house_failed name=%s", self.name)
                connections.close_all()
                self._stopping.wait(WAIT_AFTER_FAULT)
        connections.close_all()


async def _tidy(app: App) -> None:
    """Remove what workers left behind that send no heartbeat any more; their jobs return when the leases run out."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            await app.job_manager.prune_stalled_workers(STALLED_SECONDS)
        except AWAY:
            logger.warning("worker_tidying_failed")
        await asyncio.sleep(REPAIR_SECONDS)


def _connection_options() -> dict[str, object]:
    """How Django connects, for a pool of psycopg's own."""
    options = {**connection.get_connection_params()}
    for name in ("cursor_factory", "context"):
        options.pop(name, None)
    return options
