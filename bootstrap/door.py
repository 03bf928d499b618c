"""One address for a server of several processes.

Odoo takes pages at one port and websockets at another, and expects somebody in front
who tells them apart. In production that is nginx; here it is this. It reads the first
line of a connection and then passes bytes on in both directions.
"""

import asyncio
import contextlib
import threading

LONGEST_LINE = 65536  # bytes; longer ones Odoo refuses, too
CHUNK = 65536


class Door:
    """Listens on a port of loopback, in a thread, until it is closed."""

    def __init__(self, port, pages, websockets):
        """Open the door.

        :param int pages: the port that takes requests
        :param int websockets: the port that takes websockets
        """
        self.pages = pages
        self.websockets = websockets
        self._tasks = set()  # asyncio alone would forget those whose client has gone
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(
            asyncio.start_server(self._pass_on, "127.0.0.1", port, limit=LONGEST_LINE)
        )

    def close(self):
        """Close the door, and all that goes through it."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine):
        """Run a coroutine in the thread; the caller's may have a loop of its own."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _end(self):
        """End what still goes through the door."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_on(self, reader, writer):
        """Serve one connection until the server has no more to say."""
        self._tasks.add(asyncio.current_task())
        asyncio.current_task().add_done_callback(self._tasks.discard)
        # Whoever closes the door cancels this, and asyncio would report it as an error.
        refused = contextlib.suppress(OSError, ValueError, asyncio.CancelledError)
        with refused, contextlib.closing(writer):
            line = await reader.readline()
            is_websocket = line.startswith(b"GET /websocket")
            port = self.websockets if is_websocket else self.pages
            answers, questions = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(questions):
                questions.write(line)
                asking = asyncio.create_task(_copy(reader, questions))
                try:
                    await _copy(answers, writer)
                finally:
                    asking.cancel()
                    await asyncio.gather(asking, return_exceptions=True)


async def _copy(reader, writer):
    """Pass on what one side says, until it has no more to say."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
