#!/usr/bin/env python3
"""Check the receipt of a privileged visit, without a network and without Visitline.

    python3 visitline_verify.py receipt.json --key console.pub

`console.pub` holds the facility's public key as `visitline-console keys` prints it; get it on a
way that does not lead through the website, for example on paper at the facility's desk.

Exit codes: 0 genuine, complete, and without leave to record; 1 not genuine; 2 a file cannot be
read; 3 genuine, but it says that the count is incomplete or that there was leave to record.
Needs Python 3.9 and nothing else. Sources: RFC 8032 (Ed25519), RFC 9162 (Merkle trees).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
PRIVILEGED = ("legal",)
Point = tuple[int, int, int, int]


class NotGenuine(Exception):
    """The receipt is not what the facility signed; the text says what gave it away."""


# --- Ed25519, RFC 8032 section 5.1. Slow is fine: nothing here is secret.


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def unpacked(text: bytes) -> Point:
    number = int.from_bytes(text, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if len(text) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        raise NotGenuine("A key or signature is no point of the curve.")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = unpacked(bytes([0x58] + [0x66] * 31))


def signature_fits(key: bytes, message: bytes, signature: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = times(s, BASE)
    h = int.from_bytes(digest, "little") % L
    right = add(unpacked(signature[:32]), times(h, unpacked(key)))
    return not ((left[0] * right[2] - right[0] * left[2]) % P) and not (
        (left[1] * right[2] - right[1] * left[2]) % P
    )


# --- what was signed, and the tree of RFC 9162


def must(true: bool, why: str) -> None:
    if not true:
        raise NotGenuine(why)


def exact_base64(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    must(base64.b64encode(raw).decode() == text, "A value is written in an unusual way.")
    return raw


def opened(signed: dict[str, str], purpose: str, key: bytes) -> Any:
    """What was signed for `purpose` with `key`."""
    must(list(signed) == ["purpose", "key_id", "payload", "signature"], "A part is missing.")
    must(signed["purpose"] == purpose, f"It was signed for another purpose than {purpose}.")
    must(signed["key_id"] == hashlib.sha256(key).hexdigest()[:16], f"Another key signed {purpose}.")
    message = b"visitline/1/" + purpose.encode() + b"\0" + signed["payload"].encode()
    fits = signature_fits(key, message, exact_base64(signed["signature"]))
    must(fits, f"The signature does not fit the {purpose}.")
    return json.loads(signed["payload"])


def root_by_proof(entry: str, index: int, size: int, proof: list[str]) -> str:
    hashed, at, last = hashlib.sha256(b"\0" + entry.encode()).digest(), index, size - 1
    must(0 <= index < size, "The audit is shorter than the place of its line.")
    for beside in map(bytes.fromhex, proof):
        must(last > 0, "The proof is too long.")
        if at % 2 or at == last:
            hashed = hashlib.sha256(b"\1" + beside + hashed).digest()
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            hashed = hashlib.sha256(b"\1" + hashed + beside).digest()
        at, last = at // 2, last // 2
    must(last == 0, "The proof is too short.")
    return hashed.hex()


def check(text: bytes, key: bytes) -> list[dict[str, Any]]:
    """Receipt, terminal's statement, tree head and audit line, once all fits together."""
    outer = json.loads(text)
    canonical = json.dumps(outer, separators=(",", ":"), ensure_ascii=False).encode()
    must(text == canonical, "The file is not written as the facility writes it.")
    receipt = opened(outer, "receipt", key)
    statement = opened(receipt["statement"], "statement", exact_base64(receipt["kiosk_key"]))
    head = opened(receipt["tree_head"], "tree-head", key)
    line = json.loads(receipt["audit_line"])
    for name in ("facility_id", "visit_id", "kind"):
        must(receipt[name] == statement[name], f"Terminal and console differ in {name}.")
    must(receipt["kind"] in PRIVILEGED, "The visit is not privileged.")
    must(head["facility_id"] == receipt["facility_id"], "The audit is of another facility.")
    told = (line["verb"], line["object_id"], line["number"])
    awaited = ("state", receipt["visit_id"], receipt["line_index"] + 1)
    must(told == awaited, "The line of the audit is about something else.")
    digest = hashlib.sha256(receipt["statement"]["payload"].encode()).hexdigest()
    must(json.loads(line["details"])["statement"] == digest, "The audit names another statement.")
    index, size, proof = receipt["line_index"], head["size"], receipt["proof"]
    root = root_by_proof(receipt["audit_line"], index, size, proof)
    must(root == head["root"], "The line is not in the audit that the facility signed.")
    return [receipt, statement, head, line]


# --- what it means


def sentences(receipt: Any, statement: Any, head: Any) -> list[str]:
    said = [
        f"{receipt['facility_name']} signed this receipt for visit {receipt['visit_id']}.",
        f"Booked: {receipt['slot']['starts_at']} to {receipt['slot']['ends_at']}.",
        f"Terminal {statement['terminal_id']} signed what it did in that visit.",
        f"The audit names that statement in line {receipt['line_index'] + 1} of {head['size']}.",
        f"Leaves to record that the terminal was handed: {statement['recording_grants']}.",
        f"Leaves to record that the console signed: {receipt['recording_grants']}.",
        f"Encrypted connections: {len(statement['lines'])}.",
    ]
    for place, line in enumerate(statement["lines"], 1):
        both = line["kiosk_fingerprint"], line["visitor_fingerprint"]
        raw = b"visitline/1/short-code\0" + b"".join(map(bytes.fromhex, both))
        code = int.from_bytes(hashlib.sha256(raw).digest()[4:12], "big") % 10**6
        said.append(f"Connection {place}, from {line['secured_at']} to {line['closed_at'] or '?'}:")
        said.append(f"  both screens showed {code:06d} if nobody was in between")
        said += [f"  terminal's certificate {both[0]}", f"  browser's certificate {both[1]}"]
        said += [f"  {count} bytes sent to {place}" for place, count in line["sent_bytes"].items()]
    if not receipt["complete"]:
        said.append("INCOMPLETE: the terminal stopped before it had counted everything.")
    return said


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="the facility's public key")
    arguments = parser.parse_args(argv)
    try:
        text, shown = arguments.receipt.read_bytes(), arguments.key.read_text().strip()
        key = base64.b64decode(json.loads(shown)["console_key"] if shown[:1] == "{" else shown)
    except (OSError, ValueError, KeyError) as problem:
        print(f"Cannot be read: {problem}", file=sys.stderr)
        return 2
    try:
        receipt, statement, head, _ = check(text, key)
    except (NotGenuine, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        print(f"NOT GENUINE: {problem}")
        return 1
    print("GENUINE.", *sentences(receipt, statement, head), sep="\n")
    granted = receipt["recording_grants"] or statement["recording_grants"]
    return 3 if granted or not receipt["complete"] else 0


if __name__ == "__main__":
    sys.exit(main())
