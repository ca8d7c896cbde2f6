"""Imports do as many lines at once as keep the progress fresh."""

from core.services.import_pace import FEWEST_LINES, MOST_LINES, Pace


class Clock:
    """Tells how much time the work took, as the test says."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def after(*taken_s: float) -> int:
    """Return how many lines are done at once after steps that took so long."""
    clock = Clock()
    pace = Pace(clock)
    for seconds in taken_s:
        with pace.measured():
            clock.now_s += seconds
    return pace.lines


class TestPace:
    def test_does_more_at_once_when_the_machine_is_quick(self) -> None:
        assert after() < after(0.5) < after(0.1, 0.1) == MOST_LINES

    def test_does_less_at_once_when_the_machine_is_busy(self) -> None:
        assert FEWEST_LINES == after(*[5.0] * 10) < after(0.9) < after()

    def test_is_not_led_astray_by_one_slow_step(self) -> None:
        assert after(60.0) > FEWEST_LINES

    def test_recovers(self) -> None:
        assert after(*[5.0] * 10, *[0.01] * 10) == MOST_LINES
