"""The worker: runs the jobs of all municipalities, each as its own role."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app


class Command(BaseCommand):
    help = "Runs imports, several at once, and beside them the periodic work, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as working:
            asyncio.run(self._run(working))

    async def _run(self, working: Any) -> None:
        """A long file holds one place of several in its queue, and never the place of the sweeps."""
        async with working.open_async():
            await _until_one_ends_or_a_signal(
                _worker(working, "imports", settings.IMPORTS_AT_ONCE),
                _worker(working, "default", 1),
            )


def _worker(working: Any, queue: str, at_once: int) -> Coroutine[Any, Any, None]:
    return working.run_worker_async(  # type: ignore[no-any-return]
        queues=[queue], name=f"worker-{queue}", concurrency=at_once, install_signal_handlers=False
    )


async def _until_one_ends_or_a_signal(*workers: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(worker) for worker in workers]

    def stop() -> None:
        for task in tasks:
            if not task.cancelling():  # asked once, it lets its running jobs end; asked twice, it drops them
                task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stop()  # one that lost the database ends alone: whoever watches the process starts both again
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled() and (error := task.exception()):
            raise error
