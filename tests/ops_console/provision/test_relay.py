"""The relay as provisioned: whom it believes, and where it never sends. On a real coturn."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aioice.ice import get_host_addresses

from ops_console.provision import RelayServer, make_relay, read_secret
from ops_console.provision.__main__ import main
from ops_console.provision.relay import SPECIAL, configuration
from tests.harness.relay import HERE, Relay
from tests.harness.turn_client import TurnClient, turn_client
from visits.clock import SystemClock
from visits.errors import SettingsWrong
from visits.model import new_id
from visits.relaying import Relay as Leave

UNAUTHORIZED, FORBIDDEN, QUOTA_REACHED, OTHER_FAMILY = 401, 403, 486, 443
KIOSKS = ip_network("10.20.0.0/16")
OWN_V6 = [found for found in get_host_addresses(False, True) if "%" not in found]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    folder = tmp_path_factory.mktemp("relay")
    with Relay.made(folder, terminals=[KIOSKS], loopback=False) as running:
        yield running


def asked(
    relay: Relay, leave: Leave, question: Callable[[TurnClient], Awaitable[int | None]]
) -> int | None:
    """What the relay answers to one question of a client with this leave."""

    async def ask() -> int | None:
        server = (relay.host, relay.server.port)
        async with turn_client(server, leave.username, leave.credential) as client:
            return await question(client)

    return asyncio.run(ask())


def allocated(client: TurnClient) -> Awaitable[int | None]:
    return client.allocate()


@pytest.mark.slow
class TestCredentials:
    def test_the_consoles_word_for_a_visit_is_believed(self, relay: Relay) -> None:
        assert asked(relay, relay.leave(), allocated) is None

    def test_after_the_visit_they_are_not(self, relay: Relay) -> None:
        over = relay.leave(until=datetime.now(UTC) - timedelta(seconds=2))
        assert asked(relay, over, allocated) == UNAUTHORIZED

    def test_a_later_end_written_into_them_is_not(self, relay: Relay) -> None:
        over = relay.leave(until=datetime.now(UTC) - timedelta(seconds=2))
        later = relay.leave().username
        altered = over.model_copy(update={"username": later})
        assert asked(relay, altered, allocated) == UNAUTHORIZED

    def test_another_visit_written_into_them_is_not(self, relay: Relay) -> None:
        leave = relay.leave("v1")
        other = leave.model_copy(update={"username": leave.username.replace("v1", "v2")})
        assert asked(relay, other, allocated) == UNAUTHORIZED

    def test_those_of_another_secret_are_not(self, relay: Relay) -> None:
        wrong = relay.leave().model_copy(update={"credential": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
        assert asked(relay, wrong, allocated) == UNAUTHORIZED

    def test_one_visit_cannot_take_all_of_the_relay(self, relay: Relay) -> None:
        leave = relay.leave("greedy")

        async def take() -> list[int | None]:
            server = (relay.host, relay.server.port)
            found: list[int | None] = []
            async with AsyncExitStack() as kept:  # A port that was let go could be had again.
                for _ in range(70):
                    line = turn_client(server, leave.username, leave.credential)
                    client = await kept.enter_async_context(line)
                    found.append(await client.allocate())
            return found

        found = asyncio.run(take())
        assert found == [None] * 64 + [QUOTA_REACHED] * 6

    def test_by_tls_it_shows_a_certificate_of_the_facility(self, relay: Relay) -> None:
        context = ssl.create_default_context(cafile=str(relay.folder / "ca.pem"))
        leave = relay.leave()

        async def ask() -> int | None:
            server = (relay.host, relay.server.tls_port)
            async with turn_client(server, leave.username, leave.credential, tls=context) as client:
                return await client.allocate()

        assert asyncio.run(ask()) is None


def _peer(network: str) -> str:
    """An address within, neither its first nor its last where there are others."""
    inside = ip_network(network)
    return str(inside[min(5, inside.num_addresses - 1)])


V4 = [network for network in SPECIAL if ":" not in network]
V6 = [network for network in SPECIAL if ":" in network]
OUTSIDE = ["8.8.8.8", "93.184.216.34", "1.1.1.1"]


@pytest.mark.slow
class TestPeers:
    @pytest.mark.parametrize("peer", [*map(_peer, V4), *OUTSIDE, "10.21.0.1", "127.0.0.1"])
    def test_permission_and_channel_to_anybody_else_are_refused(
        self, relay: Relay, peer: str
    ) -> None:
        """Every reserved range of RFC 6890, and the world."""

        async def both(client: TurnClient) -> int | None:
            assert await client.allocate() is None
            assert await client.bind(peer, 0x4001) == FORBIDDEN
            return await client.permit(peer)

        if peer != str(HERE):
            assert asked(relay, relay.leave(new_id()), both) == FORBIDDEN

    @pytest.mark.parametrize("peer", [str(HERE), "10.20.0.7"])
    def test_the_relay_itself_and_the_terminals_can_be_reached(
        self, relay: Relay, peer: str
    ) -> None:
        async def permission(client: TurnClient) -> int | None:
            assert await client.allocate() is None
            return await client.permit(peer)

        assert asked(relay, relay.leave(new_id()), permission) is None

    @pytest.mark.parametrize("peer", [*map(_peer, V6), "::1", "2600::1"])
    def test_an_ipv4_allocation_reaches_no_ipv6_peer(self, relay: Relay, peer: str) -> None:
        async def permission(client: TurnClient) -> int | None:
            assert await client.allocate() is None
            return await client.permit(peer)

        assert asked(relay, relay.leave(new_id()), permission) in {FORBIDDEN, OTHER_FAMILY}

    @pytest.mark.skipif(not OWN_V6, reason="needs an IPv6 address besides loopback")
    def test_an_ipv6_allocation_reaches_nobody_else_either(self, tmp_path: Path) -> None:
        own = OWN_V6[0]
        answers: dict[str, int | None] = {}

        async def ask(client: TurnClient) -> int | None:
            assert await client.allocate(ipv6=True) is None
            for peer in [*map(_peer, V6), "::1", "2600::1", own]:
                answers[peer] = await client.permit(peer)
            return None

        with Relay.made(tmp_path, [HERE, ip_address(own)], loopback=False) as both:
            asked(both, both.leave(new_id()), ask)
        assert answers.pop(own) is None
        assert set(answers.values()) == {FORBIDDEN}


class TestFiles:
    def test_secret_and_configuration_are_their_owners_alone(self, tmp_path: Path) -> None:
        Relay.made(tmp_path)
        modes = {
            name: (tmp_path / name).stat().st_mode & 0o777
            for name in ("relay.secret", "relay.key", "turnserver.conf")
        }
        assert set(modes.values()) == {0o600}

    def test_made_again_it_keeps_the_secret_and_what_is_not_said_anew(self, tmp_path: Path) -> None:
        first = Relay.made(tmp_path)
        secret, key = first.secret, (tmp_path / "relay.key").read_bytes()
        again = first.server.model_copy(update={"hosts": ("turn.cook.example",)})
        make_relay(tmp_path, again, SystemClock())
        assert first.secret == secret
        assert (tmp_path / "relay.key").read_bytes() == key
        assert secret in (tmp_path / "turnserver.conf").read_text()

    def test_a_folder_without_a_facility_gets_none(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsWrong, match="provision it first"):
            make_relay(tmp_path, RelayServer(listen=(HERE,)), SystemClock())

    def test_behind_translation_candidates_name_the_outside_and_both_may_be_reached(self) -> None:
        server = RelayServer.model_validate({"listen": ["10.0.0.5"], "public": "203.0.113.9"})
        text = configuration(server, Path("/keys"), "cook", "secret")
        assert list(map(str, server.addresses)) == ["203.0.113.9"]
        assert "external-ip=203.0.113.9/10.0.0.5" in text
        assert "allowed-peer-ip=203.0.113.9\n" in text
        assert "allowed-peer-ip=10.0.0.5\n" in text
        assert "allow-loopback-peers" not in text

    @pytest.mark.parametrize(
        ("content", "mode", "why"),
        [
            ("short", 0o600, "no secret of 32"),
            ("x" * 43, 0o604, "everybody can read it"),
            ("x" * 40 + "\nxx", 0o600, "no secret of 32"),
            (None, 0, "cannot be read"),
        ],
    )
    def test_a_secret_that_is_none_stops_the_start(
        self, tmp_path: Path, content: str | None, mode: int, why: str
    ) -> None:
        file = tmp_path / "relay.secret"
        if content is not None:
            file.write_text(content)
            file.chmod(mode)
        with pytest.raises(SettingsWrong, match=why):
            read_secret(file)

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["--listen", "here"], "listen"),
            (["--listen", "10.0.0.5", "--terminals", "10.20.0.0/99"], "terminals"),
            (["--listen", "10.0.0.5", "--first-port", "9", "--last-port", "8"], "last relay port"),
        ],
    )
    def test_the_command_says_what_it_cannot_use(
        self,
        tmp_path: Path,
        arguments: list[str],
        why: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(
            "sys.argv", ["provision", "relay", "--folder", str(tmp_path), *arguments]
        )
        assert main() == 2
        assert why in capsys.readouterr().err
