"""A small TCP proxy before the database and the broker: passes, delays, cuts, goes silent, refuses."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable


class Proxy:
    """Forwards connections to 127.0.0.1:`target`. Every method may be called from any thread."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._lines: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False
        self._delay = 0.0
        self._cut_after: int | None = None
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[started], daemon=True)
        self._thread.start()
        started.wait()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()

    # -- faults --------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """End every connection now; new ones are served."""
        self._do(self._cut)

    def refuse(self) -> None:
        """End every connection and take no new one, as if nothing listened here."""

        def begin() -> None:
            self._refusing = True
            self._cut()

        self._do(begin)

    def freeze(self) -> None:
        """Half open: connections stay, nothing passes any more."""
        self._do(self._flowing.clear)

    def delay(self, seconds: float) -> None:
        """Every piece of data takes so much longer."""
        self._do(lambda: setattr(self, "_delay", seconds))

    def cut_after(self, size: int) -> None:
        """The next connection or answer ends in the middle: once so many bytes have passed, all lines are cut."""
        self._do(lambda: setattr(self, "_cut_after", size))

    def heal(self) -> None:
        """As if nothing had been. What was held back passes now."""

        def end() -> None:
            self._refusing, self._delay, self._cut_after = False, 0.0, None
            self._flowing.set()

        self._do(end)

    def close(self) -> None:
        async def end() -> None:
            self._cut()
            self._server.close()
            self._flowing.set()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, change: Callable[[], object]) -> None:
        done = threading.Event()

        def act() -> None:
            change()
            done.set()

        self._loop.call_soon_threadsafe(act)
        done.wait(10)

    def _cut(self) -> None:
        for line in self._lines:
            with contextlib.suppress(RuntimeError):
                line.transport.abort()

    # -- forwarding ----------------------------------------------------------------------------------------------

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        for line in (writer, there):
            line.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as pipes:
                pipes.create_task(self._pipe(reader, there))
                pipes.create_task(self._pipe(there_reader, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            for line in (writer, there):
                self._lines.discard(line)
                line.transport.abort()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._flowing.wait()
            if self._cut_after is not None:
                passing = data[: self._cut_after]
                self._cut_after -= len(data)
                if self._cut_after <= 0:
                    writer.write(passing)
                    await writer.drain()
                    self._cut_after = None
                    self._cut()
                    return
            writer.write(data)
            await writer.drain()
        writer.transport.abort()  # closed here: closed there
        raise ConnectionResetError
