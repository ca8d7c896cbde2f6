"""Workers die again and again at every step, and everything is made, paid and said as it was.

`EPOX_CHAOS_KILLS` makes it long, as `make chaos` does, `EPOX_CHAOS_SEED` replays one, and
`EPOX_CHAOS_THREADS` is how many pictures each worker makes at once.
"""

import os
import random

import pytest

from tests.support.shop import Shop
from tests.support.sweep import Sweep

KILLS = int(os.environ.get("EPOX_CHAOS_KILLS", "60"))
SEED = int(os.environ.get("EPOX_CHAOS_SEED", "0")) or random.randrange(1, 10**6)  # noqa: S311 - it is shown
THREADS = int(os.environ.get("EPOX_CHAOS_THREADS", "1"))
RECOVERY_S = 35.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + 5 * KILLS)]


def test_a_sweep_of_kills_breaks_nothing(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    report = Sweep(shop, seed=SEED, threads=THREADS).run(shop.chairs(4), kills=KILLS)

    with capsys.disabled():
        print(f"\n{report}")  # noqa: T201 - what was measured, and the seed that replays it
    assert report.violations == []
    # Each lost answer is called unknown, and none is lost but by a death before it was kept.
    assert report.lost <= report.unknown
    assert report.at_least <= report.unknown <= report.at_most
    assert max(report.recoveries_s) < RECOVERY_S
