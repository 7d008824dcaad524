"""The delivery engine: DBOS, embedded in SQLite or shared by several replicas over PostgreSQL.

Only this file imports DBOS. DBOS keeps the tasks in progress; the lasting record is ours (`bot.store.deliveries`).
DBOS is a singleton of the process, so only one engine can be open at a time.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Connection, make_url

from bot.delivery.tasks import build_reminder_key, build_tip_key
from bot.store import sqlite

_NAME = "small-steps"
_QUEUE = "tips"
_WORKFLOW = "deliver"
_VERSION = "tips-1"  # the same over releases: DBOS never takes up a workflow of another version
_POLL = 0.1  # seconds between two polls of the queue
_LISTENER_POLL = 1.0  # seconds between two looks for notifications, which we send none of; a stop waits for the last
_FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_BATCH = 500  # workflows deleted at a time

RunTask = Callable[[str, Sequence[str], int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Limits on concurrent deliveries.

    Parameters
    ----------
    at_once
        Deliveries in flight in this process.
    workspace_at_once
        Of these, for one workspace. A task that has to wait for long is deferred, and so holds none of them.
    workspace_per_minute
        Deliveries begun for one workspace in a minute, over all replicas.
    """

    at_once: int = 32
    workspace_at_once: int = 16
    workspace_per_minute: int = 300


class DbosTaskQueue:
    """The queue of DBOS, as a `bot.delivery.scheduler.TaskQueue`."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def enqueue_tip(self, connection: Connection, partition: str, subscription: str, day: date, turn: int = 0) -> None:
        """Enqueue the tip of a subscription on a local date. See `TaskQueue.enqueue_tip`."""
        names = [subscription, day.isoformat()]
        self._put(connection, partition, build_tip_key(subscription, day), "tip", names, turn)

    def enqueue_reminder(self, connection: Connection, partition: str, promise: str, turn: int = 0) -> None:
        """Enqueue the reminder of a promise. See `TaskQueue.enqueue_reminder`."""
        self._put(connection, partition, build_reminder_key(promise), "check", [promise], turn)

    def _put(
        self, connection: Connection, partition: str, key: str, kind: str, names: Sequence[str], turn: int
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": _WORKFLOW,
            "queue_name": _QUEUE,
            "workflow_id": f"{key}~{turn}" if turn else key,
            "app_version": _VERSION,
            "queue_partition_key": partition,
        }
        self._client.enqueue_in_transaction(connection, options, kind, list(names), turn)


class Engine:
    """Runs each enqueued task, here or on another replica, until it ends.

    Parameters
    ----------
    url
        The operator's database URL; our tables are in the same database.
    run_task
        Called on the event loop that opened the engine, with the kind of the task, its names and its turn. It may
        be called again for the same task after a crash; an exception that it raises ends the task for good.
    """

    def __init__(self, url: str, run_task: RunTask, limits: EngineLimits) -> None:
        self._url = make_url(url).set(drivername=make_url(url).get_backend_name())
        self._run_task = run_task
        self._limits = limits
        self.replica = f"{_NAME}-{uuid.uuid4().hex}"  # never used again: two of the same name doubled deliveries

    @asynccontextmanager
    async def open(self) -> AsyncIterator[DbosTaskQueue]:
        """Run tasks until the block ends. Tasks in progress are then left, to be taken up again."""
        loop = asyncio.get_running_loop()
        # In a thread, so that DBOS runs on a loop and a pool of threads of its own.
        client = await asyncio.to_thread(self._launch, loop)
        try:
            yield DbosTaskQueue(client)
        finally:
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            client.destroy()

    def _launch(self, loop: asyncio.AbstractEventLoop) -> DBOSClient:
        url = self._url.render_as_string(hide_password=False)
        json = DBOSPortableJSONSerializer()
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": url,
            "application_version": _VERSION,
            "executor_id": self.replica,
            "serializer": json,
            "enable_otlp": False,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": _LISTENER_POLL,
        }
        if self._url.get_backend_name() == "sqlite":
            config["db_engine_kwargs"] = {"connect_args": {"factory": sqlite.Connection}}
        DBOS(config=config)
        self._register(loop)
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._limits.at_once,
            partition_worker_concurrency=min(self._limits.workspace_at_once, self._limits.at_once),
            partition_limiter={"limit": self._limits.workspace_per_minute, "period": 60.0},
            polling_interval_sec=_POLL,
            on_conflict="always_update",
        )
        return DBOSClient(system_database_url=url, serializer=json, application_name=_NAME, lazy=True)

    def _register(self, loop: asyncio.AbstractEventLoop) -> None:
        run_task = self._run_task

        @DBOS.workflow(name=_WORKFLOW)
        async def deliver(kind: str, names: list[str], turn: int = 0) -> None:
            """Run a task on our own event loop, where the platforms' connections live.

            The task is not a DBOS step: a step's checkpoint would cost half as much again, and our own record
            already shows a second run how far the first one came.
            """

            async def work() -> None:
                await run_task(kind, names, turn)

            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))

    async def take_over(self, replica: str) -> int:
        """Put the tasks that another replica has in progress back on the queue; return their number."""

        def resume() -> int:
            left = DBOS.list_workflows(
                status="PENDING", queue_name=_QUEUE, executor_id=replica, load_input=False, load_output=False
            )
            # Without the queue's name DBOS would put the workflows on its internal queue, past every limit.
            DBOS.resume_workflows([one.workflow_id for one in left], queue_name=_QUEUE)
            return len(left)

        return await asyncio.to_thread(resume)

    async def list_working_replicas(self) -> set[str]:
        """Return the names of the replicas, alive or not, that have tasks in progress."""

        def query() -> set[str]:
            found = DBOS.list_workflows(status="PENDING", queue_name=_QUEUE, load_input=False, load_output=False)
            return {one.executor_id for one in found if one.executor_id}

        return await asyncio.to_thread(query)

    async def forget_finished(self, before: datetime) -> int:
        """Delete the workflows that finished before an instant, which DBOS never does; return their number."""

        def delete() -> int:
            total = 0
            while found := DBOS.list_workflows(
                status=list(_FINISHED),
                completed_before=before.isoformat(),
                limit=_BATCH,
                load_input=False,
                load_output=False,
            ):
                DBOS.delete_workflows([one.workflow_id for one in found])
                total += len(found)
            return total

        return await asyncio.to_thread(delete)
