"""The web server in the console's own process: says when it is ready, stops when told."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LONGEST_FAREWELL_S = 3


class WebServer(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, then returns; the caller stops the rest and exits 0."""

    def __init__(
        self,
        app: FastAPI,
        host: str,
        port: int,
        *,
        ready: Callable[[str], None],
        ending: Callable[[], None],
    ) -> None:
        """`ready` is told the address once it answers; `ending` lets open pages go."""
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=LONGEST_FAREWELL_S,
                server_header=False,
            )
        )
        self._socket = _listen(host, port)
        self._ready = ready
        self._ending = ending

    def serve_until_told(self) -> None:
        """Blocks the main thread."""
        self.run(sockets=[self._socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        host, port = self._socket.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self._ready(f"http://{shown}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets=sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """As uvicorn's, but a signal that was obeyed is not raised again afterwards."""
        former = {one: signal.signal(one, self._leave) for one in SIGNALS}
        try:
            yield
        finally:
            for one, handler in former.items():
                signal.signal(one, handler)

    def _leave(self, _signal: int, _frame: FrameType | None) -> None:
        self.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
