"""The gallery's page of pictures, from its address to the screen."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.browser import chromium, new_context, wait_until_pictures_show
from benchmarks.figures import Figure, interleaved
from benchmarks.servers import (
    TUNED,
    Account,
    epox_account,
    script_folder,
    served,
    wait_until_it_is_well,
)
from core.domain.products import PhotoUpload
from tests.images import photo_bytes

COUNT = 120
PAGE = 100
"""So many pictures are on a page of the gallery."""

ROUNDS = 15
_GRID = """
import streamlit as st

st.title("Gallery")
pictures = "".join(
    f'<img src="/app/static/{n}.webp" width="220" height="220">' for n in range(%d)
)
st.html(f'<div style="display:flex;flex-wrap:wrap;gap:12px">{pictures}</div>')
"""


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure with a warm browser; the floor is one HTML grid of the same files, tuned."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        account = stack.enter_context(epox_account())
        grid = script_folder(scratch / "grid", _GRID % PAGE)
        _fill(account, grid / "static")
        options = (*TUNED, "--server.enableStaticServing=true")
        epox = stack.enter_context(served(account.folder, account.environment()))
        bare = stack.enter_context(served(grid, options=options))
        browser = stack.enter_context(chromium())
        pages = {}
        for address in (epox, bare):
            wait_until_it_is_well(address)
            pages[address] = new_context(browser, address, account.token).new_page()
        medians = interleaved(
            {
                "epox": lambda: _open(pages[epox], f"{epox}/gallery?view=All"),
                "bare": lambda: _open(pages[bare], bare),
            },
            rounds=ROUNDS // 3 if is_quick else ROUNDS,
            warm_up=2,
        )
    name = f"gallery, {PAGE} of {COUNT} pictures, by address"
    yield Figure(name, medians["epox"], medians["bare"], "one st.html grid, same files")


def _open(page: Page, address: str) -> None:
    page.goto(address, wait_until="commit")
    wait_until_pictures_show(page, PAGE)


def _fill(account: Account, folder: Path) -> None:
    """Put pictures into Epox, and the thumbnails of the newest into the folder."""
    folder.mkdir()
    services = account.services
    session_id = services.accounts.session_for_token(account.token)
    assert session_id is not None  # noqa: S101 - it was just made
    actor = services.accounts.actor_for_session(session_id)
    for number in range(COUNT):
        colour = f"#{40 + number:02x}{200 - number:02x}80"
        upload = PhotoUpload(f"{number}.jpg", photo_bytes(800, 800, colour=colour))
        asset = services.assets.upload(actor, upload)
        stored = services.assets.stored_file(actor, asset.id, "w320")
        _size, chunks = services.assets.stream(stored)
        (folder / f"{number}.webp").write_bytes(b"".join(chunks))
