"""The editor in a real browser: cropped by its handles, adjusted, painted, saved, and kept."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Response, expect

from core.imaging.canvas import downscaled, read_canvas
from tests.fakes.gemini import FakeGemini
from tests.support.app_server import app_server
from tests.support.screens import sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_MS = 60_000
MADE_MS = 180_000
PICTURE = "/editor?id=2"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app with the key of a Gemini that runs here."""
    with (
        FakeGemini() as gemini,
        app_server(
            "streamlit",
            tmp_path_factory.mktemp("app"),
            GOOGLE_GEMINI_BASE_URL=gemini.url,
            GEMINI_API_KEY=gemini.key,
        ) as origin,
    ):
        yield origin


def open_editor(page: Page, path: str = PICTURE) -> None:
    visit(page, path)
    expect(page.get_by_role("tab", name="Crop")).to_be_visible(timeout=SHOWN_MS)


def choose(page: Page, tool: str) -> None:
    page.get_by_role("tab", name=tool).click()
    expect(page.get_by_role("tab", name=tool)).to_have_attribute("aria-selected", "true")


def drag(page: Page, target: Locator, dx: float, dy: float) -> None:
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()


def number(page: Page, name: str) -> int:
    return int(page.get_by_role("spinbutton", name=name, exact=True).input_value())


def save(page: Page, name: str = "") -> None:
    """Save what is there as a new version and wait until that is open."""
    before = page.url
    page.get_by_role("button", name=re.compile("^Save as a new version")).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save this version").click()
    page.wait_for_function("before => location.href !== before", arg=before, timeout=MADE_MS)
    expect(page.get_by_text("This is the new version.")).to_be_visible(timeout=SHOWN_MS)


def frame(page: Page, seen: Response) -> Image.Image:
    """Return the frame that the editor asked for: what a script read, Chromium does not keep."""
    return Image.open(BytesIO(page.request.get(seen.url).body()))


def original(page: Page) -> bytes:
    """Return the file of the version that is open, as its details page offers it."""
    asset_id = parse_qs(urlsplit(page.url).query)["id"][0]
    address = page.locator(".version.current img").get_attribute("src") or ""
    assert f"/files/{asset_id}/" in address
    return page.request.get(re.sub(r"w160$", "original", address)).body()


def test_a_picture_is_cropped_by_its_handles(page: Page) -> None:
    page.goto("/")
    sign_up(page)
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=SHOWN_MS)
    open_editor(page)
    choose(page, "Crop")
    whole = number(page, "Width")

    drag(page, page.get_by_role("button", name=re.compile("^Crop: bottom right corner")), -90, -60)

    expect(page.get_by_text("You have unsaved changes")).to_be_visible()
    assert number(page, "Width") < whole
    assert number(page, "Height") < whole
    page.get_by_role("radio", name="1:1").click()
    assert number(page, "Width") == number(page, "Height")


def test_the_crop_is_nudged_with_keys(page: Page) -> None:
    left, width = number(page, "Left"), number(page, "Width")

    page.get_by_role("group", name=re.compile("^Crop, ")).press("ArrowRight")
    page.get_by_role("group", name=re.compile("^Crop, ")).press("Shift+ArrowRight")

    assert number(page, "Left") == left + 11
    assert number(page, "Width") == width
    page.keyboard.press("Control+z")
    assert number(page, "Left") == left + 1
    page.keyboard.press("Control+Shift+z")
    assert number(page, "Left") == left + 11


def test_what_is_seen_is_what_is_saved(page: Page) -> None:
    choose(page, "Adjust")
    exposure = page.get_by_label("Exposure", exact=True)
    with page.expect_response(lambda answer: "exposure" in answer.url and answer.ok) as seen:
        exposure.fill("24")
        exposure.press("Enter")
    shown = frame(page, seen.value)

    save(page, "Bright <b>square</b>")

    choose(page, "Versions")
    expect(page.get_by_role("button", name="Open Bright <b>square</b>")).to_have_attribute(
        "aria-current", "true"
    )
    saved = downscaled(read_canvas(original(page)), max(shown.size))
    assert (saved.width_px, saved.height_px) == shown.size
    assert np.array_equal(saved.rgb, np.asarray(shown.convert("RGB")))


def test_unsaved_changes_outlive_a_reload(page: Page) -> None:
    open_editor(page)
    choose(page, "Adjust")
    page.get_by_label("Contrast", exact=True).fill("35")
    page.get_by_label("Contrast", exact=True).press("Enter")
    expect(page.get_by_text("You have unsaved changes")).to_be_visible()

    open_editor(page)

    expect(page.get_by_text("What you had not saved is here again.")).to_be_visible()
    expect(page.get_by_label("Contrast", exact=True)).to_have_value("35")
    page.get_by_text("Contrast", exact=True).dblclick()
    expect(page.get_by_label("Contrast", exact=True)).to_have_value("0")


def test_a_product_is_cut_out_and_put_on_white(page: Page) -> None:
    choose(page, "Cut out")
    with page.expect_response(lambda answer: "cutout" in answer.url, timeout=MADE_MS) as seen:
        page.get_by_role("button", name="Cut out the product").click()
    cut = frame(page, seen.value)
    assert cut.mode == "RGBA"
    assert cut.getchannel("A").getextrema() == (0, 255)

    with page.expect_response(lambda answer: "restore" in answer.url, timeout=MADE_MS) as touched:
        drag(page, page.get_by_role("group", name=re.compile("^Picture. Arrow keys")), 60, 40)

    restored = frame(page, touched.value).getchannel("A")
    assert restored.getpixel((restored.width // 2 + 10, restored.height // 2 + 10)) == 255
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("You have unsaved changes")).to_be_hidden()


def test_only_what_is_painted_is_edited(page: Page) -> None:
    choose(page, "Prompt")
    page.get_by_role("radio", name="Rectangle").click()
    zoom = page.get_by_role("button", name=re.compile("^Show at 100 %")).inner_text()
    scale = int(zoom.removesuffix(" %")) / 100
    drag(page, page.get_by_role("group", name=re.compile("^Picture. Arrow keys")), 80, 80)
    page.get_by_label("Your words").fill("A linen cushion")
    sent: list[Request] = []
    page.on("request", lambda one: sent.append(one) if one.url.endswith("/masks") else None)
    expect(page.get_by_text(re.compile(r"^1 picture for \$"))).to_be_visible(timeout=SHOWN_MS)

    before = page.url
    page.get_by_role("button", name="Make the edit").click()
    page.wait_for_function("before => location.href !== before", arg=before, timeout=MADE_MS)

    mask = Image.open(BytesIO(sent[0].post_data_buffer or b"")).convert("L")
    assert mask.size == (1280, 1280)
    white = mask.getbbox()
    assert white is not None
    painted = white[2] - white[0], white[3] - white[1]
    assert painted == pytest.approx((80 / scale, 80 / scale), abs=4 / scale)
    choose(page, "Versions")
    facts = page.get_by_label("Measured of the open version")
    expect(facts).to_contain_text("Changed outside the mask", timeout=SHOWN_MS)
    expect(facts).to_contain_text("0 pixels")


def test_all_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_editor(page)

    for tool in ("Crop", "Adjust", "Cut out", "Packshot", "Upscale", "Prompt", "Versions"):
        choose(page, tool)
        panel = page.get_by_role("tabpanel", name=tool)
        expect(panel).to_be_visible()
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert json.loads(page.evaluate("localStorage.getItem('epox.editor-tool')")) == "versions"
