"""A recorded call in VP8 that loses one packet in twenty, is too narrow for a while, and is cut
and made anew: both recordings decode without a bad frame, and sound stays with the picture.

`make bench ONLY=recorded` does the same for half an hour, with both codecs.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from tests.harness.decoded_record import recordings
from tests.harness.evidence import Evidence, running_evidence
from tools.bench._recorded_call import VISIT, Round, call
from tools.bench.recorded import Side, side_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]

SHORT = Round(good_s=5.0, lossy_s=2.5, narrow_s=3.5, cut_s=2.0)
IN_SYNC_S = 0.040
LONGEST_HOLE_S = 3.0
"""Of pictures: a line that is too narrow carries few, and after a loss they wait for a keyframe."""


def test_a_visit_that_was_lost_and_made_anew_has_a_whole_record_in_vp8(tmp_path: Path) -> None:
    late = out_of_step(tmp_path / "once")
    if late:  # The browser has no real time: a machine that was late itself gets one more call.
        late = out_of_step(tmp_path / "again")
    assert late == []


def out_of_step(folder: Path) -> list[str]:
    """Where sound and picture were too far apart; that the record is whole is asserted here."""
    with running_evidence(folder / "evidence") as evidence:
        told = call(evidence, folder / "spool", "VP8", 2, SHORT)
        assert (told.connections, told.failed) == (2, [])
        listed = recordings(evidence, VISIT)
        assert [(one["ended"], one["broken"]) for one in listed] == [(True, None)] * 2
        sides = {party: whole_side(evidence, party, folder) for party in ("terminal", "visitor")}
    # The visitor's browser has a skew of its own between canvas and sound.
    sides["visitor"].own_s = median(sides["visitor"].good)
    found = {party: [round(1_000 * one) for one in side.off_s] for party, side in sides.items()}
    print(found, told.away_s)
    return [f"{party}: {ms} ms" for party, ms in found.items() if max(ms) > 1_000 * IN_SYNC_S]


def whole_side(evidence: Evidence, party: str, folder: Path) -> Side:
    side = side_of(evidence, party, folder, SHORT.good_s)
    assert side.bad == [], party
    assert len(side.sizes) > 1, f"{party}: the size of its pictures never changed"
    least = 2 * SHORT.lasts_s - 2 * SHORT.cut_s - 3.0
    assert side.lasts_s > least, f"{party}: only {side.lasts_s:.1f} s"
    assert max(side.gaps, default=0.0) < LONGEST_HOLE_S, f"{party}: {side.gaps}"
    return side
