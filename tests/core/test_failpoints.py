import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from core.failpoints import VARIABLE, failpoint
from tests.support.environment import ROOT


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Note the signals that this process would send to itself."""
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: sent.append(number))
    yield sent
    monkeypatch.undo()


def deaths(passes: int, name: str, kills: list[int]) -> list[int]:
    """Pass the point so often; return at which passes the process would have died."""
    found = []
    for number in range(1, passes + 1):
        failpoint(name)
        if kills:
            found.append(number)
            kills.clear()
    return found


Set = Callable[[str], None]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Set:
    return lambda text: monkeypatch.setenv(VARIABLE, text)


def test_does_nothing_when_nobody_asked(kills: list[int]) -> None:
    assert deaths(100, "spooled", kills) == []


def test_dies_at_the_first_pass_of_the_named_point_alone(kills: list[int], told: Set) -> None:
    told("spooled")

    assert deaths(3, "stored", kills) == []
    assert deaths(3, "spooled", kills) == [1]


def test_dies_at_the_nth_pass_of_each_named_point(kills: list[int], told: Set) -> None:
    told("claimed:4, stored:2")

    assert deaths(6, "claimed", kills) == [4]
    assert deaths(6, "stored", kills) == [2]


def test_dies_now_and_then_and_the_same_way_for_the_same_seed(kills: list[int], told: Set) -> None:
    runs = []
    # Another point in the list makes the process count anew, and nothing else.
    for other in ("a", "b"):
        told(f"{other},claimed:0.2:7")
        runs.append(deaths(500, "claimed", kills))
    told("claimed:0.2:8")

    assert runs[0] == runs[1] != deaths(500, "claimed", kills)
    assert 60 < len(runs[0]) < 140


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        ("failpoint('claimed'); failpoint('claimed')", -signal.SIGKILL),
        ("failpoint('claimed'); failpoint('stored'); print('lived')", 0),
        # A forked process begins to count anew, so this was the first pass of each.
        ("failpoint('claimed'); os.fork() or failpoint('claimed'); print('lived')", 0),
    ],
)
def test_really_ends_its_own_process_alone(program: str, ending: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"import os; from core.failpoints import failpoint; {program}"],
        cwd=ROOT,
        env={**os.environ, VARIABLE: "claimed:2"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == ending
    assert ended.stdout.count("lived") == (program.count("lived") + program.count("fork"))


@pytest.mark.parametrize("text", ["claimed:often", "claimed:0.5", ":2", "claimed:x:1"])
def test_says_what_cannot_be_meant(told: Set, text: str) -> None:
    told(text)

    with pytest.raises(ValueError, match="EPOX_FAILPOINTS"):
        failpoint("claimed")
