"""A picture's page and the comparison in a browser: zoom, judge by keys, name somebody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text

from tests.support.app_server import app_server
from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_MS = 60_000
MADE_MS = 180_000
_MIDDLES = """(frame) => [...frame.querySelectorAll('.box')].map((box) => {
  const image = box.querySelector('img');
  const [, left, top] = /translate\\((.*)px, (.*)px\\)/.exec(image.style.transform);
  const [w, h] = [parseFloat(image.style.width), parseFloat(image.style.height)];
  return [(box.clientWidth / 2 - left) / w, (box.clientHeight / 2 - top) / h,
          w / Math.min(box.clientWidth, box.clientHeight)];
})"""
"""Of each picture: which part of it is in the middle of its box, and how large it is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the app runs."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    """Start the app on the folder, as `make run` does."""
    with app_server("streamlit", folder) as origin:
        yield origin


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, int]:
    """Return the id of the picture, once it is made."""
    del folder
    return {}


def stage(page: Page) -> Locator:
    """Return the pictures that are looked at."""
    frame = page.locator(".stage")
    expect(frame.locator("img").first).to_be_visible(timeout=SHOWN_MS)
    return frame


def middles(frame: Locator) -> list[list[float]]:
    """Return what each picture shows of itself."""
    found: list[list[float]] = frame.evaluate(_MIDDLES)
    return found


def zoom_of(frame: Locator) -> float:
    """Return how much larger than all of it the pictures are shown."""
    return float(frame.get_attribute("data-zoom") or 0)


def is_in_step(frame: Locator) -> bool:
    """Say whether all pictures show the same part of themselves, as large."""
    first, *others = middles(frame)
    return all(
        abs(mine - its) < 0.02 for other in others for mine, its in zip(first, other, strict=True)
    )


def test_a_picture_is_made(page: Page, made: dict[str, int]) -> None:
    page.goto("/")
    sign_up(page)
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=SHOWN_MS)
    visit(page, "/studio")
    page.get_by_role("button", name=re.compile("Vester Leather")).first.click()
    page.get_by_label("Your words").fill("calm")
    page.get_by_label("Your words").press("Control+Enter")

    picture = page.locator("[class*=st-key-studio] img[src*='/w320']").first

    expect(picture).to_be_visible(timeout=MADE_MS)
    found = re.search(r"/files/(\d+)/", picture.get_attribute("src") or "")
    assert found is not None
    made["id"] = int(found[1])


def test_compared_pictures_are_zoomed_and_moved_in_step(page: Page, made: dict[str, int]) -> None:
    visit(page, f"/compare?ids={made['id']},1,2")
    frame = stage(page)
    assert zoom_of(frame) == 1

    box = frame.locator(".box").nth(1)
    box.click(position={"x": 40, "y": 40})
    box.hover(position={"x": 40, "y": 40})
    page.mouse.wheel(0, -500)
    expect(frame).to_have_class(re.compile("zoomed"))

    assert zoom_of(frame) > 2
    assert is_in_step(frame)
    before = middles(frame)[0]
    place = frame.locator(".box").first.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 100, place["y"] + 100)
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] + 60, steps=4)
    page.mouse.up()

    assert middles(frame)[0][0] > before[0]
    assert is_in_step(frame)
    page.keyboard.press("0")
    expect(frame).not_to_have_class(re.compile("zoomed"))


def test_a_picture_is_judged_by_keys(page: Page, made: dict[str, int]) -> None:
    visit(page, f"/compare?ids=1,{made['id']}")
    frame = stage(page)

    page.keyboard.press("2")
    expect(frame.locator(".pane").nth(1)).to_have_class(re.compile("chosen"))
    page.keyboard.press("a")
    page.keyboard.press("Shift+Digit4")

    approve = frame.locator(".pane").nth(1).locator(".verdict.approved")
    expect(approve).to_have_attribute("aria-pressed", "true")
    settle(page)
    page.reload()
    expect(approve).to_have_attribute("aria-pressed", "true", timeout=SHOWN_MS)
    expect(frame.locator(".pane").nth(1).locator(".star.on")).to_have_count(4)


def test_two_pictures_are_laid_over_each_other(page: Page) -> None:
    page.get_by_role("radio", name="Slider").click()
    frame = page.locator(".stage[data-mode=slider]")
    line = frame.get_by_role("slider")
    expect(line).to_have_attribute("aria-valuenow", "50", timeout=SHOWN_MS)

    line.focus()
    page.keyboard.press("ArrowRight")

    expect(line).to_have_attribute("aria-valuenow", "52")


def test_escape_leads_back(page: Page, made: dict[str, int]) -> None:
    visit(page, f"/compare?ids=1,{made['id']}")
    stage(page)

    page.keyboard.press("Escape")

    heading(page, "Gallery")


def test_one_picture_is_zoomed_to_its_pixels(page: Page, made: dict[str, int]) -> None:
    visit(page, f"/asset?id={made['id']}")
    frame = stage(page)
    frame.focus()

    for _ in range(8):
        page.keyboard.press("+")

    expect(frame.locator("img")).to_have_attribute("src", re.compile("/original$"))
    expect(frame.locator(".percent")).to_have_text("200 %")
    page.keyboard.press("0")
    assert zoom_of(frame) == 1


def test_the_tree_says_how_a_photo_was_used(page: Page) -> None:
    tree = page.get_by_role("group", name="What it was made from, and what was made from it")
    expect(tree.get_by_text("Product photo")).to_be_visible(timeout=SHOWN_MS)

    tree.get_by_role("button", name=re.compile("^Product photo")).click()

    expect(
        page.locator(".st-key-asset-node").get_by_role("button", name="Open its page")
    ).to_be_visible(timeout=SHOWN_MS)


def test_a_colleague_is_named_in_a_comment(page: Page, folder: Path, made: dict[str, int]) -> None:
    engine = create_engine(f"sqlite:///{folder / 'data' / 'epox.db'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (email, name, password_hash, is_admin, is_disabled, created_at)"
                " SELECT 'ben@example.com', 'Ben Ödegård', '-', false, false, created_at FROM users"
            )
        )
        connection.execute(
            text(
                "INSERT INTO memberships (workspace_id, user_id, role)"
                " SELECT 1, id, 'editor' FROM users WHERE email = 'ben@example.com'"
            )
        )
    visit(page, f"/asset?id={made['id']}")
    field = page.get_by_role("combobox", name="Comment")
    field.fill("Too dark?\nWhat do you think, @ode")

    expect(page.get_by_role("option", name="Ben Ödegård")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("<b>now</b>")
    page.keyboard.press("Control+Enter")

    comments = page.locator(".st-key-asset-comments")
    expect(comments.get_by_text("What do you think,")).to_be_visible(timeout=SHOWN_MS)
    # A character without width stops Markdown from making a link of what follows an @.
    expect(comments.get_by_text(re.compile("^@\u2060?Ben Ödegård$"))).to_be_visible()
    expect(comments.get_by_text("<b>now</b>")).to_be_visible()
    expect(field).to_have_value("")
    field.fill("turned \u202e around")
    page.keyboard.press("Control+Enter")
    expect(comments.get_by_text("cannot be kept")).to_be_visible(timeout=SHOWN_MS)
    expect(field).to_have_value("turned \u202e around")
    expect(field).to_be_editable()
    with engine.begin() as connection:
        named = connection.execute(text("SELECT count(*) FROM comment_mentions")).scalar_one()
    engine.dispose()
    assert named == 1
