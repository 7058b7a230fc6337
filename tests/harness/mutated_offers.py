"""Offers of a hostile browser: a real one's, mutated, with a canary's address planted in it."""

from __future__ import annotations

from random import Random

from tests.harness.call import CHROMIUM_OFFER

PLANTED = (
    "a=candidate:1 1 udp 2122260223 {host} {port} typ host",
    "a=candidate:1 1 UDP 1 {host} {port} typ relay raddr 0.0.0.0 rport 0",
    "a=candidate:1 1 udp 1 {host} {port} typ srflx raddr {host} rport {port}",
    "a=candidate:1 1 udp 1 {host} {port} typ prflx",
    "a=candidate:1 1 tcp 1 {host} {port} typ host tcptype passive",
    "a=candidate:1 2 udp 1 {host} {port} typ host",
    "a=candidate:1 1 udp 1 ::ffff:{host} {port} typ host",
    "a=candidate:1 1 udp 1 localhost {port} typ host",
    "a=candidate:1 1 udp 1 203.0.113.9 {port} typ relay raddr {host} rport {port}",
    "a=remote-candidates:1 {host} {port}",
    "a=rtcp:{port} IN IP4 {host}",
    "c=IN IP4 {host}",
    "m=audio {port} UDP/TLS/RTP/SAVPF 111",
    "o=- 1 1 IN IP4 {host}",
    "a=x\x0ba=candidate:1 1 udp 1 {host} {port} typ host",
    "a=x\ra=candidate:1 1 udp 1 {host} {port} typ host",
    "a=x\u2028a=candidate:1 1 udp 1 {host} {port} typ host",
    " a=candidate:1 1 udp 1 {host} {port} typ host",
    "a= candidate:1 1 udp 1 {host} {port} typ host",
    "a=ice-lite",
    "a=end-of-candidates",
)


def mutated_offer(random: Random, host: str, port: int) -> str:
    """One that may or may not still be an offer; its planted lines lead to the canary."""
    lines = [line for line in CHROMIUM_OFFER.splitlines() if not line.startswith("a=candidate")]
    for planted in random.sample(PLANTED, random.choice((1, 1, 1, 2, 4))):
        lines.insert(random.randrange(1, len(lines) + 1), planted.format(host=host, port=port))
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        _mutate(random, lines)
    return "\r\n".join(lines) + "\r\n"


def _mutate(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    line = lines[at]
    cut = random.randrange(len(line) + 1)
    lines[at] = random.choice(
        (
            "",
            line[:cut],
            line[:cut] + random.choice("\0\r\n\x0b é:/-% 9") + line[cut:],
            line[:cut] + line[cut + 1 :],
            line.swapcase(),
            f"{line}\r\n{line}",
            f"{line}\n{random.choice(lines)}",
            line.replace("1", str(random.randrange(-1, 2**33))),
        )
    )
