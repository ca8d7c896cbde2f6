import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from tests.support.cable import Cable, cable_to

WAIT_S = 60


class Echo:
    """A server that notes each line and answers it with `done LINE`."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(
                    target=self._answer, args=(self._listener.accept()[0],), daemon=True
                ).start()

    def _answer(self, end: socket.socket) -> None:
        with suppress(OSError), end, end.makefile("rw") as lines:
            for line in lines:
                self.heard.append(line.strip())
                lines.write(f"done {line}")
                lines.flush()


class Caller:
    def __init__(self, cable: Cable, echo: Echo) -> None:
        port = int(cable.through(echo.url).rpartition(":")[2])
        self._end = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self._answers = self._end.makefile()

    def close(self) -> None:
        self._answers.close()
        self._end.close()

    def say(self, word: str) -> str:
        """Return the answer, or "" when the connection is gone."""
        try:
            self._end.sendall(f"{word}\n".encode())
            return self._answers.readline().strip()
        except ConnectionError:
            return ""


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def cable(echo: Echo) -> Iterator[Cable]:
    with cable_to(echo.url) as laid:
        yield laid


Call = Callable[[], Caller]


@pytest.fixture
def call(cable: Cable, echo: Echo) -> Iterator[Call]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Caller(cable, echo)))


def test_carries_both_ways_until_it_is_cut_and_again_when_mended(cable: Cable, call: Call) -> None:
    caller = call()
    assert caller.say("one") == "done one"

    cable.cut()

    assert caller.say("two") == ""
    with pytest.raises(ConnectionRefusedError):
        call()
    cable.mend()
    assert call().say("three") == "done three"


def test_drops_a_connection_before_the_server_hears_the_text(
    cable: Cable, echo: Echo, call: Call
) -> None:
    caller, other = call(), call()
    sprung = cable.drop_at(b"insert", b"commit", is_delivered=False)

    assert caller.say("commit") == "done commit"
    assert caller.say("insert") == "done insert"
    assert other.say("commit") == "done commit"
    assert caller.say("commit") == ""

    assert sprung.wait(WAIT_S)
    assert echo.heard == ["commit", "insert", "commit"]
    assert other.say("commit") == "done commit"


def test_loses_the_answer_to_a_text_that_the_server_heard(
    cable: Cable, echo: Echo, call: Call
) -> None:
    caller = call()
    sprung = cable.drop_at(b"insert", b"commit", is_delivered=True)

    assert caller.say("insert") == "done insert"
    assert caller.say("commit") == ""

    assert sprung.wait(WAIT_S)
    assert echo.heard == ["insert", "commit"]
    assert call().say("commit") == "done commit"


def test_drops_everything_after_so_many_bytes(cable: Cable, echo: Echo, call: Call) -> None:
    caller, other = call(), call()
    cable.drop_after(len("one\ntw"))

    assert caller.say("one") == "done one"
    assert caller.say("two") == ""

    assert other.say("three") == ""
    assert echo.heard[:1] == ["one"]
    assert "two" not in echo.heard
    assert call().say("four") == "done four"
