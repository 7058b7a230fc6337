"""A WebSocket of one thread: it reads when it is asked to, so that nothing wakes for what comes.

Words come on it several times a second for as long as a visit is recorded; a thread of their own,
as `websockets.sync` has one, costs a terminal half as much as the sending of all pieces.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

from websockets.client import ClientProtocol
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

OPENS_WITHIN_S = 5.0
TAKES_WITHIN_S = 10.0
"""What is sent, where the other side falls behind."""
CLOSES_WITHIN_S = 2.0
ASKS_AFTER_S, SILENT_AFTER_S = 10.0, 30.0
"""Seconds without any byte, until it is asked for one and until the line counts as cut."""
LARGEST_MESSAGE_BYTES = 1 << 20
READS_BYTES = 1 << 14
_WORDS = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class CarrierLine:
    """Raises `OSError` or `WebSocketException`, whatever is called, once the line is of no use."""

    def __init__(self, url: str, tls: ssl.SSLContext | None) -> None:
        """Connects. `tls` is for a `wss://` address."""
        uri = parse_uri(url)
        self._protocol = ClientProtocol(uri, max_size=LARGEST_MESSAGE_BYTES)
        self._answered = False
        self._parts: list[bytes] = []
        self._heard: deque[bytes] = deque()
        self._alive_at = self._asked_at = time.monotonic()
        self._socket = socket.create_connection((uri.host, uri.port), OPENS_WITHIN_S)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if uri.secure and tls is not None:
                self._socket = tls.wrap_socket(self._socket, server_hostname=uri.host)
            self._open()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Says farewell, and waits a little until it is answered: what was sent before shall
        arrive."""
        with suppress(OSError, WebSocketException):
            self._protocol.send_close()
            self._flush()
            until = time.monotonic() + CLOSES_WITHIN_S
            while self._read(until - time.monotonic()):
                pass
        self._socket.close()

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()

    def hear(self, wait_s: float) -> bytes | None:
        """The next message; None where none comes in that time, which may be 0."""
        until = time.monotonic() + wait_s
        while not self._heard:
            if not self._read(until - time.monotonic()):
                self._judge_silence()
                return None
        return self._heard.popleft()

    def _open(self) -> None:
        self._protocol.send_request(self._protocol.connect())
        self._flush()
        until = time.monotonic() + OPENS_WITHIN_S
        while not self._answered:
            if not self._read(until - time.monotonic()):
                raise TimeoutError("The evidence process does not answer.")
        if self._protocol.handshake_exc is not None:
            raise self._protocol.handshake_exc

    def _read(self, wait_s: float) -> bool:
        """Whether any byte came in that time."""
        self._socket.settimeout(max(0.0, wait_s))
        try:
            data = self._socket.recv(READS_BYTES)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            return False
        self._take(data)
        if not data:
            raise self._why_it_ended()
        return True

    def _why_it_ended(self) -> Exception:
        if self._protocol.handshake_exc is not None:
            return self._protocol.handshake_exc
        if self._protocol.state is State.CLOSED:
            return self._protocol.close_exc
        return ConnectionResetError("The evidence process closed the line.")

    def _take(self, data: bytes) -> None:
        self._alive_at = time.monotonic()
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()
        for event in self._protocol.events_received():
            if not isinstance(event, Frame):
                self._answered = True
            elif event.opcode in _WORDS:
                self._parts.append(bytes(event.data))
                if event.fin:
                    self._heard.append(b"".join(self._parts))
                    self._parts.clear()

    def _flush(self) -> None:
        """Answers to pings too."""
        for data in self._protocol.data_to_send():
            if data:
                self._socket.settimeout(TAKES_WITHIN_S)
                self._socket.sendall(data)

    def _judge_silence(self) -> None:
        now = time.monotonic()
        if now - self._alive_at > SILENT_AFTER_S:
            raise TimeoutError("The evidence process fell silent.")
        if now - max(self._alive_at, self._asked_at) > ASKS_AFTER_S:
            self._asked_at = now
            self._protocol.send_ping(b"")
            self._flush()
