"""A table is brought in, looked at, and taken back, in a real browser with a real worker."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE_MS = 90_000
TABLE = (
    "Artikelnummer;Name;Price\r\n"
    "OAK-1;Stühle aus Eiche;249,00\r\n"
    'OAK-2;"=HYPERLINK(""http://evil.example"")";59,00\r\n'
    "OAK-3;Round table;cheap\r\n"
)


def choose(page: Page, name: str, text: str) -> None:
    """Hand over a table as a person does."""
    page.locator("input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="text/csv", buffer=text.encode("latin-1"))]
    )
    page.wait_for_url(re.compile(r"/import\?id="), timeout=PATIENCE_MS)
    settle(page)


def check(page: Page) -> None:
    """Have the file checked with the columns that were guessed."""
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Nothing is changed yet.").last).to_be_visible(timeout=PATIENCE_MS)


def test_begins_without_any_import(page: Page) -> None:
    page.goto("/imports")

    sign_up(page)

    heading(page, "Imports")
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()


def test_shows_what_a_table_would_change_before_it_does(page: Page) -> None:
    visit(page, "/import")
    choose(page, "stühle.csv", TABLE)
    expect(page.get_by_text("columns parted by semicolon")).to_be_visible()

    check(page)

    run = page.get_by_role("button", name="Import 2 products")
    expect(run).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Stühle aus Eiche").first).to_be_visible()
    page.get_by_role("radio", name=re.compile("Refused")).click()
    expect(page.get_by_text(re.compile("cheap")).first).to_be_visible(timeout=PATIENCE_MS)


def test_downloads_the_lines_that_are_refused(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these lines").click()
    download.value.save_as(tmp_path / "refused.csv")

    text = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    assert "OAK-3" in text
    assert "OAK-1" not in text


def test_imports_and_leads_to_the_products(page: Page) -> None:
    page.get_by_role("button", name="Import 2 products").click()

    expect(page.get_by_text("2 products added.").first).to_be_visible(timeout=PATIENCE_MS)
    address = page.url
    page.get_by_role("button", name="Show its products").click()
    heading(page, "Products")
    expect(page.get_by_text("Stühle aus Eiche").first).to_be_visible(timeout=PATIENCE_MS)
    page.goto(address)


def test_shows_the_same_after_a_reload(page: Page) -> None:
    page.reload()
    settle(page)

    expect(page.get_by_text("2 products added.").first).to_be_visible(timeout=PATIENCE_MS)


def test_exports_what_was_imported(page: Page, tmp_path: Path) -> None:
    response = page.request.get("/exports/products.csv?sort=sku")
    (tmp_path / "products.csv").write_bytes(response.body())

    assert response.status == 200
    text = (tmp_path / "products.csv").read_text(encoding="utf-8-sig")
    assert "OAK-1,Stühle aus Eiche," in text
    assert "\"'=HYPERLINK" in text


def test_takes_the_import_back(page: Page) -> None:
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo the import").click()

    expect(page.get_by_text("2 products put in the trash.").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    visit(page, "/imports")
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible(timeout=PATIENCE_MS)
