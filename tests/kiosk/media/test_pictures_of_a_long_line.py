"""What becomes of pictures on a line that is long and loses."""

from __future__ import annotations

from random import Random

import pytest

from tests.harness.computed_line import ComputedLine

pytestmark = pytest.mark.slow

SECONDS, SETTLES_S = 60.0, 8.0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("jitter_s", [0.0, 0.006], ids=["in order", "overtaking"])
def test_with_one_packet_in_twenty_lost_a_picture_stands_for_less_than_300_ms(
    jitter_s: float, seed: int
) -> None:
    line = ComputedLine(Random(seed), delay_s=0.1, loss=0.05, jitter_s=jitter_s)
    line.run(SECONDS)
    assert line.longest_gap_s(SETTLES_S) < 0.3
    assert sum(broken for _, broken in line.shown) < 0.25 * len(line.shown)
