"""How far the line is, on a terminal's stderr."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from rich.console import Console
from rich.status import Status

from newswire.assembly.pipeline import Pipeline

_EVERY_S = 0.5


@asynccontextmanager
async def watch(pipeline: Pipeline, console: Console) -> AsyncGenerator[None]:
    """Show a line of counts while the pipeline runs; nothing where nobody watches."""
    if not console.is_terminal:
        yield
        return
    with Status("starting", console=console) as status:
        task = asyncio.create_task(_update(pipeline, status))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _update(pipeline: Pipeline, status: Status) -> None:
    while True:
        parts = [
            f"{name}: {progress.finished} done, {progress.in_flight} in flight"
            for name, progress in pipeline.progress.items()
        ]
        status.update(" · ".join(parts) or "polling")
        await asyncio.sleep(_EVERY_S)
