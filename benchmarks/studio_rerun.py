"""A rerun of the studio with one product, against one of an empty page, over the WebSocket."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from benchmarks.figures import Figure, interleaved
from benchmarks.servers import (
    epox_account,
    epox_with_empty_page,
    served,
    wait_until_it_is_well,
)
from benchmarks.shell_rerun import connected
from core.domain.setting_layers import SettingsLayer, layer_to_json
from tests.support.generation import chair_with_photo

ROUNDS = 60
_GIVE_UP_AFTER_S = 60


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure from the request to the end of the script, both pages in turn."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        account = stack.enter_context(epox_account())
        chair = chair_with_photo(account.services, account.actor)
        state = {"product_ids": [chair.id], "layer": layer_to_json(SettingsLayer(style="Japandi"))}
        session = account.services.studio_sessions.open(account.actor, "Chair", state)
        addresses = {
            "studio": stack.enter_context(served(account.folder, account.environment())),
            "empty": stack.enter_context(
                served(epox_with_empty_page(scratch / "epox"), account.environment())
            ),
        }
        calls: dict[str, Callable[[], object]] = {}
        for name, address in addresses.items():
            wait_until_it_is_well(address)
            socket = stack.enter_context(connected(address, account.token))
            page = "studio" if name == "studio" else ""
            query = f"product={chair.id}&session={session.id}" if page else ""
            calls[name] = partial(rerun, socket, page, query)
        medians = interleaved(calls, rounds=ROUNDS // 3 if is_quick else ROUNDS, warm_up=10)
    name = "rerun of the studio with one product"
    yield Figure(name, medians["studio"], medians["empty"], "an empty page of Epox", 2.0)


def rerun(socket: ClientConnection, page: str, query: str) -> None:
    """Run the page again, and return when its script is finished."""
    request = BackMsg()
    request.rerun_script.query_string = query
    request.rerun_script.page_name = page
    socket.send(request.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(socket.recv(timeout=_GIVE_UP_AFTER_S, decode=False))
        if answer.WhichOneof("type") == "script_finished":
            return
