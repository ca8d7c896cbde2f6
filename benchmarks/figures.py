"""A figure, its floor and its target, and how they are measured and printed."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

_WIDTH = 60


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the floor that was measured in the same run.

    `target` is the highest allowed ratio of the two; None means that the figure is only shown.
    """

    name: str
    value: float
    floor: float
    floor_name: str
    target: float | None = None
    unit: str = "ms"

    @classmethod
    def of_count(cls, name: str, count: float, allowed: float) -> Self:
        """Return a number of things beside how many of them are allowed."""
        return cls(name, count, allowed, "as many as are allowed", 1.0, unit="")

    @property
    def ratio(self) -> float:
        """Return how many floors the figure is high."""
        return self.value / self.floor

    @property
    def is_met(self) -> bool:
        """Say whether the target is met; a figure without one always is."""
        return self.target is None or self.ratio <= self.target

    def line(self) -> str:
        """Return the figure as a line of the table."""
        target = "" if self.target is None else f"<= {self.target:g} x"
        verdict = "" if self.target is None else "met" if self.is_met else "MISSED"
        return (
            f"{self.name:<{_WIDTH}}{self.value:>10.2f} {self.unit:<3}"
            f"{self.floor:>10.2f} {self.unit:<3}{self.ratio:>7.2f} x {target:>9} {verdict:<7}"
            f"{self.floor_name}"
        )


HEADING = (
    f"{'figure':<{_WIDTH}}{'Epox':>10}    {'floor':>10}    "
    f"{'ratio':>9} {'target':>9} {'':<7}floor is"
)


def interleaved(
    calls: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 1
) -> dict[str, float]:
    """Return each call's median in ms; they take turns, so that a busy machine slows all alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds + warm_up):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= warm_up:
                taken[name].append(1000 * (time.perf_counter() - begun))
    return {name: statistics.median(times) for name, times in taken.items()}
