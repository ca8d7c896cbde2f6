"""A rerun of Epox's frame around an empty page, against a bare script, over the WebSocket."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.figures import Figure, interleaved
from benchmarks.servers import (
    TUNED,
    epox_account,
    epox_with_empty_page,
    script_folder,
    served,
    wait_until_it_is_well,
)

ROUNDS = 60
_GIVE_UP_AFTER_S = 60


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure from the request to the end of the script, all three servers in turn."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        account = stack.enter_context(epox_account())
        hello = script_folder(scratch / "hello")
        empty = epox_with_empty_page(scratch / "epox")
        addresses = {
            "epox": stack.enter_context(served(empty, account.environment())),
            "default": stack.enter_context(served(hello)),
            "tuned": stack.enter_context(served(hello, options=TUNED)),
        }
        calls: dict[str, Callable[[], object]] = {}
        for name, address in addresses.items():
            wait_until_it_is_well(address)
            socket = stack.enter_context(connected(address, account.token))
            calls[name] = partial(_rerun, socket)
        medians = interleaved(calls, rounds=ROUNDS // 3 if is_quick else ROUNDS, warm_up=10)
    name = "rerun of the frame and an empty page"
    yield Figure(name, medians["epox"], medians["default"], "bare hello, defaults", 0.5)
    yield Figure(name, medians["epox"], medians["tuned"], "bare hello, our GC setting", 2.0)


def connected(address: str, token: str) -> ClientConnection:
    """Return the WebSocket of a browser that is signed in."""
    return connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        origin=Origin(address),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": f"epox_session={token}"},
        max_size=None,
    )


def _rerun(socket: ClientConnection) -> None:
    request = BackMsg()
    request.rerun_script.query_string = ""
    socket.send(request.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(socket.recv(timeout=_GIVE_UP_AFTER_S, decode=False))
        if answer.WhichOneof("type") == "script_finished":
            return
