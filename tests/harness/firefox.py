"""A real Firefox, driven over WebDriver BiDi: opens a page and evaluates scripts in it.

Playwright drives only a Firefox that it built itself; this one is Debian's. Camera and
microphone are Firefox's own fakes. Source of the commands: W3C WebDriver BiDi.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

from websockets.sync.client import ClientConnection, connect

PREFERENCES = {
    "media.navigator.permission.disabled": True,
    "media.navigator.streams.fake": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.gmp-manager.updateEnabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,
}


class Firefox:
    """One window."""

    def __init__(self, line: ClientConnection) -> None:
        self._line, self._numbers = line, count(1)
        self._ask("session.new", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})
        contexts = self._ask("browsingContext.getTree", {})["contexts"]
        self._window = contexts[0]["context"]

    def goto(self, url: str) -> None:
        """Returns when the page has loaded."""
        told = {"context": self._window, "url": url, "wait": "complete"}
        self._ask("browsingContext.navigate", told)

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """What the function `script`, called with these, answers or comes to (as JSON)."""
        given = ", ".join(json.dumps(one) for one in arguments)
        expression = f"(async () => JSON.stringify(await ({script})({given}) ?? null))()"
        answer = self._ask(
            "script.evaluate",
            {
                "expression": expression,
                "target": {"context": self._window},
                "awaitPromise": True,
                "userActivation": True,
            },
        )
        if answer["type"] != "success":
            raise AssertionError(f"{script}: {answer['exceptionDetails']['text']}")
        return json.loads(answer["result"]["value"])

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._line.recv(timeout=40))
            if told.get("id") == number:
                if told["type"] == "error":
                    raise AssertionError(f"{method}: {told['error']}: {told['message']}")
                return told["result"]


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A window of a new Firefox, whose profile lies in `folder`."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(
        (
            *("firefox-esr", "--headless", "--no-remote", "--profile", str(profile)),
            *("--remote-debugging-port", "0", "about:blank"),
        ),
        env={**os.environ, "HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with connect(f"{_address(process)}/session", max_size=None, proxy=None) as line:
            yield Firefox(line)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def shown(folder: Path, served: Callable[[str], tuple[str, str]]) -> Iterator[Firefox]:
    """A window on a server that answers with text and media type."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = served(self.path.removeprefix("/"))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with firefox(folder) as window:
            window.goto(f"http://localhost:{server.server_port}/")
            yield window
    finally:
        server.shutdown()
        server.server_close()


def _address(process: subprocess.Popen[str]) -> str:
    """Firefox names it on its error output once it listens."""
    said = ""
    for line in process.stderr or ():
        said += line
        if "WebDriver BiDi listening on" in line:
            return line.split("listening on", 1)[1].strip()
    raise AssertionError(f"Firefox did not start: {said}")
