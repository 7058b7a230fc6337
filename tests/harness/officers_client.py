"""A browser at the console, without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from tests.harness.officers_desk import LOGIN, PASSWORD

REFRESHES = '<meta http-equiv="refresh" content="1">'


@dataclass
class Officer:
    """Somebody at the pages, signed in or not."""

    client: TestClient

    @classmethod
    def at(cls, app: FastAPI, base_url: str = "http://testserver") -> Officer:
        """Redirects and errors are for the test to see."""
        client = TestClient(
            app, base_url=base_url, follow_redirects=False, raise_server_exceptions=False
        )
        return cls(client)

    def get(self, path: str) -> Response:
        page: Response = self.client.get(path)
        return page

    def follow(self, sent: Response) -> Response:
        """Where it leads, once what is shown there was worked out: until then it asks again."""
        page = self.get(sent.headers["location"])
        while REFRESHES in page.text:
            page = self.get(sent.headers["location"])
        return page

    def token(self, page: Response) -> str:
        """The form token in a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found, page.text
        return found[1]

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD, to: str = "/today") -> Response:
        token = self.token(self.get("/sign-in"))
        fields = {"csrf_token": token, "login": login, "password": password, "next": to}
        answer: Response = self.client.post("/sign-in", data=fields)
        return answer

    def post(self, path: str, **fields: str) -> Response:
        """Sends a form with this session's own token."""
        token = self.token(self.get("/terminals"))
        answer: Response = self.client.post(path, data={"csrf_token": token, **fields})
        return answer
