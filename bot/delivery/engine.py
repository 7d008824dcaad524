"""The delivery engine: DBOS, embedded in SQLite or shared by several replicas over PostgreSQL.

Only this file imports DBOS. DBOS keeps the tasks in progress; the lasting record is ours (`bot.store.deliveries`).
DBOS is a singleton of the process, so only one engine can be open at a time.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    SetEnqueueOptions,
    WorkflowStatus,
)
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from bot.delivery.batches import Batch, QueuedTask
from bot.store import sqlite

_NAME = "small-steps"
_QUEUE = "tip-batches"
_WORKFLOW = "deliver_batch"
_VERSION = "tips-2"  # the same over releases: DBOS never takes up a workflow of another version
_POLL = 1.0  # seconds between two polls of the queue
_LISTENER_POLL = 1.0  # seconds between two looks for notifications, which we send none of; a stop waits for the last
_IDLE = 5.0  # seconds for which a transaction of DBOS may wait for its process, as long as ours
_FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_DELETED = 500  # workflows deleted at a time
_LARGEST = 25  # tasks in a batch
_BATCHES_A_MINUTE = 8  # at least: a batch of tips, one of reminders and one of each that was deferred fit in twice

# The release before enqueued each task by itself. Its replicas may run beside ours, and take none of our batches.
_OLD_QUEUE = "tips"
_OLD_VERSION = "tips-1"

RunBatch = Callable[[Batch], Awaitable[None]]
PutOff = Callable[[QueuedTask], Awaitable[bool]]


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

    @property
    def batch_size(self) -> int:
        """Return the most deliveries in a batch, so small that a minute has room for some batches of a workspace."""
        return max(1, min(_LARGEST, self.workspace_per_minute // _BATCHES_A_MINUTE))

    @property
    def batches_per_minute(self) -> int:
        """Return how many batches of one workspace may begin in a minute: the engine counts batches."""
        return max(1, self.workspace_per_minute // self.batch_size)


class DbosBatchQueue:
    """The queue of DBOS, as a `bot.delivery.scheduler.BatchQueue`."""

    def __init__(self, client: DBOSClient, batch_size: int) -> None:
        self._client = client
        self.batch_size = batch_size

    def enqueue(self, connection: Connection, batch: Batch) -> None:
        """Enqueue a batch. See `BatchQueue.enqueue`."""
        options: EnqueueOptions = {
            "workflow_name": _WORKFLOW,
            "queue_name": _QUEUE,
            "workflow_id": f"batch-{uuid.uuid4().hex}",  # what keeps a tip from coming twice is its own record
            "app_version": _VERSION,
            "queue_partition_key": batch.workspace,
        }
        tasks = [task.write() for task in batch.tasks]
        self._client.enqueue_in_transaction(connection, options, batch.workspace, tasks)


class Engine:
    """Runs each enqueued batch, here or on another replica, until it ends.

    Parameters
    ----------
    url
        The operator's database URL; our tables are in the same database.
    run_batch
        Called on the event loop that opened the engine. It may be called again for the same batch after a crash; an
        exception that it raises ends the batch for good.
    put_off
        Defers a task of the release before, so that the next sweep takes it; returns whether nothing is left to do
        for what that release enqueued.
    replica
        Name of this replica, never used again: two of the same name doubled deliveries.
    """

    def __init__(self, url: str, run_batch: RunBatch, put_off: PutOff, limits: EngineLimits, replica: str) -> None:
        self._url = make_url(url).set(drivername=make_url(url).get_backend_name())
        self._run_batch = run_batch
        self._put_off = put_off
        self._limits = limits
        self.replica = replica

    @asynccontextmanager
    async def open(self) -> AsyncIterator[DbosBatchQueue]:
        """Run batches until the block ends. Batches in progress are then left, to be taken up again."""
        loop = asyncio.get_running_loop()
        # In a thread, so that DBOS runs on a loop and a pool of threads of its own.
        client = await asyncio.to_thread(self._launch_patiently, loop)
        try:
            yield DbosBatchQueue(client, self._limits.batch_size)
        finally:
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            client.destroy()

    def _launch_patiently(self, loop: asyncio.AbstractEventLoop) -> DBOSClient:
        """Return the client of a launched engine; what the database refused once is tried once more.

        A machine that stood still for longer than a transaction may be idle has its connection ended.
        """
        try:
            return self._launch(loop)
        except DBAPIError:
            DBOS.destroy(destroy_registry=True)
        try:
            return self._launch(loop)
        except DBAPIError:
            DBOS.destroy(destroy_registry=True)  # or whoever opens an engine next would get this one
            raise

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
            "use_listen_notify": False,  # nothing here waits for a notification, and looking for them costs
            "sys_db_idle_transaction_timeout_sec": _IDLE,
            "notification_listener_polling_interval_sec": _LISTENER_POLL,
        }
        on_sqlite = self._url.get_backend_name() == "sqlite"
        named = {"application_name": self.replica}  # whoever takes over ends what this replica left open
        config["db_engine_kwargs"] = {"connect_args": {"factory": sqlite.Connection} if on_sqlite else named}
        DBOS(config=config)
        self._register(loop)
        DBOS.launch()
        # The limits on deliveries are kept by the slots of each process; these keep a process from claiming batches
        # that another one could begin with.
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._limits.at_once,
            partition_worker_concurrency=min(self._limits.workspace_at_once, self._limits.at_once),
            partition_limiter={"limit": self._limits.batches_per_minute, "period": 60.0},
            polling_interval_sec=_POLL,
            on_conflict="always_update",
        )
        return DBOSClient(system_database_url=url, serializer=json, application_name=_NAME, lazy=True)

    def _register(self, loop: asyncio.AbstractEventLoop) -> None:
        run_batch, size = self._run_batch, self._limits.batch_size

        @DBOS.workflow(name=_WORKFLOW)
        async def deliver_batch(workspace: str, tasks: list[list[str | int]]) -> None:
            """Run a batch on our own event loop, where the platforms' connections live.

            Nothing in it is a DBOS step: a step's checkpoint would cost half as much again, and our own record
            already shows a second run how far the first one came with each task.
            """
            rest = tasks[size:]
            if rest:  # from before the limit was lowered: the engine counts batches, so they have to be smaller now
                with SetEnqueueOptions(queue_partition_key=workspace):
                    await DBOS.enqueue_workflow_async(_QUEUE, deliver_batch, workspace, rest)
            batch = Batch(workspace, tuple(map(QueuedTask.read, tasks[:size])))

            async def work() -> None:
                await run_batch(batch)

            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))

    async def take_over(self, replica: str) -> int:
        """Put the batches that another replica has in progress back on the queue; return their number."""

        def resume() -> tuple[list[WorkflowStatus], int]:
            left = DBOS.list_workflows(
                status="PENDING", queue_name=_QUEUE, executor_id=replica, load_input=False, load_output=False
            )
            # Without the queue's name DBOS would put the workflows on its internal queue, past every limit.
            DBOS.resume_workflows([one.workflow_id for one in left], queue_name=_QUEUE)
            old = DBOS.list_workflows(status="PENDING", queue_name=_OLD_QUEUE, executor_id=replica, load_output=False)
            return old, len(left)

        old, resumed = await asyncio.to_thread(resume)
        return resumed + await self._put_off_each(old)

    async def put_off_old_tasks(self) -> int:
        """Defer what the release before enqueued and nobody runs; return the number of tasks."""

        def query() -> list[WorkflowStatus]:
            return DBOS.list_workflows(
                status="ENQUEUED", queue_name=_OLD_QUEUE, app_version=_OLD_VERSION, load_output=False
            )

        return await self._put_off_each(await asyncio.to_thread(query))

    async def _put_off_each(self, old: list[WorkflowStatus]) -> int:
        settled = [one.workflow_id for one in old if await self._put_off(_read_old_task(one))]
        if settled:
            await asyncio.to_thread(DBOS.cancel_workflows, settled)
        return len(settled)

    async def list_working_replicas(self) -> set[str]:
        """Return the names of the replicas, alive or not, that have tasks in progress."""

        def query() -> set[str]:
            found = DBOS.list_workflows(
                status="PENDING", queue_name=[_QUEUE, _OLD_QUEUE], load_input=False, load_output=False
            )
            return {one.executor_id for one in found if one.executor_id}

        return await asyncio.to_thread(query)

    async def forget_finished(self, before: datetime) -> int:
        """Delete the workflows that finished before an instant, which DBOS never does; return their number."""

        def delete() -> int:
            total = 0
            while found := DBOS.list_workflows(
                status=list(_FINISHED),
                completed_before=before.isoformat(),
                limit=_DELETED,
                load_input=False,
                load_output=False,
            ):
                DBOS.delete_workflows([one.workflow_id for one in found])
                total += len(found)
            return total

        return await asyncio.to_thread(delete)


def _read_old_task(one: WorkflowStatus) -> QueuedTask:
    """Return the task of a workflow of the release before: its kind, its names, and its turn where it has one."""
    kind, names, *turn = (one.input or {"args": ()})["args"]
    day = date.fromisoformat(names[1]) if kind == "tip" else None
    return QueuedTask("tip" if kind == "tip" else "check", names[0], day, turn[0] if turn else 0)
