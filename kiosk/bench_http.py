"""A small web server on loopback, for a bench: pages to get, actions to post, all as JSON."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

LARGEST_BODY = 10_000


class Answer(NamedTuple):
    """What goes back."""

    status: HTTPStatus
    kind: str
    body: bytes

    @classmethod
    def json(cls, what: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Answer:
        return cls(status, "application/json", json.dumps(what).encode())


Gets = Mapping[str, Callable[[], Answer]]
Posts = Mapping[str, Callable[[dict[str, Any]], Answer]]


class BenchServer:
    """Listens on 127.0.0.1 from the moment it is made, answers from `start` to `stop`."""

    def __init__(self, port: int, gets: Gets, posts: Posts) -> None:
        """Raises `OSError` when the port is taken; 0 takes any free one."""
        handler = type("Handler", (_Handler,), {"gets": gets, "posts": posts})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="bench-control")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.ident is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gets: Gets
    posts: Posts

    def do_GET(self) -> None:
        get = self.gets.get(self.path.partition("?")[0])
        self._send(get() if get else _no_such("page"))

    def do_POST(self) -> None:
        post = self.posts.get(self.path)
        try:
            asked = json.loads(self._body() or b"{}")
            answer = post(asked) if post else _no_such("action")
        except (ValueError, KeyError, TypeError) as problem:
            answer = Answer.json({"problem": repr(problem)}, HTTPStatus.BAD_REQUEST)
        self._send(answer)

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, LARGEST_BODY))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing for each of five pictures a second."""


def _no_such(what: str) -> Answer:
    return Answer.json({"problem": f"There is no such {what}."}, HTTPStatus.NOT_FOUND)
