"""What an import does or cannot do, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind, ImportLine, LineOutcome, LineSubject
from ui.components.import_words import field_label, value_words
from ui.components.paging import current_cursor, keyset_page
from ui.components.table import Cell, Column, TableRow, show_table
from ui.context import services

_PAGE = 50


@dataclass(frozen=True)
class _Tab:
    """Lines of one kind: what they are called, which they are, how many, and what they mean."""

    name: str
    outcome: LineOutcome
    subject: LineSubject
    count: int
    meaning: str

    @property
    def key(self) -> str:
        return f"{self.subject}.{self.outcome}"

    @property
    def is_left_out(self) -> bool:
        return self.outcome in (LineOutcome.SKIP, LineOutcome.REFUSE)


def show_lines(actor: Actor, item: Import) -> None:
    """Draw the lines of the chosen kind, with how many there are on each tab; nothing if none."""
    tabs = {tab.key: tab for tab in _tabs(item) if tab.count}
    if not tabs:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            "Lines", list(tabs), default=next(iter(tabs)), required=True,
            key=f"import.{item.id}.lines", label_visibility="collapsed",
            format_func=lambda key: f"{tabs[key].name}  {tabs[key].count:,}",
        )  # fmt: skip
        tab = tabs[chosen]
        st.space("stretch")
        if tab.is_left_out:
            st.link_button(
                "Download these lines", icon=":material/download:", key="import.lines.download",
                url=f"/exports/import-lines.csv?import={item.id}&outcome={tab.outcome}",
                help="A CSV file with the number of each line and the reason",
            )  # fmt: skip
    st.caption(tab.meaning)
    after = current_cursor(key="after", filters=(item.id, tab.key))
    page = services().imports.lines(
        actor, item.id, tab.outcome, subject=tab.subject, after=after, limit=_PAGE
    )
    columns, rows = _table(item, tab, page.items)
    opened = show_table(columns, rows, key=f"import.lines.{tab.key}", label=tab.name)
    if opened is not None:
        product_id = opened.partition(".")[0]
        st.switch_page("pages/product.py", query_params={"id": product_id})
    keyset_page(page, key="after")


def _tabs(item: Import) -> tuple[_Tab, ...]:
    counts = item.counts
    create, change, skip, refuse = LineOutcome
    product, photo = LineSubject
    if item.kind is ImportKind.PHOTOS:
        # Some that matched turn out to be no pictures when they are taken in.
        matched = counts.photos - counts.photos_refused
        return (
            _Tab("Matched", create, photo, matched, "Photos that belong to a product."),
            _Tab("Skipped", skip, photo, counts.skip, "Photos that are left out, and why."),
            _Tab(
                "Refused", refuse, photo, counts.refuse + counts.photos_refused,
                "Photos that match no product or cannot be used, and why.",
            ),
        )  # fmt: skip
    return (
        _Tab("New", create, product, counts.create, "Products whose SKU is not there yet."),
        _Tab("Changed", change, product, counts.change, "Each field that differs, line by line."),
        _Tab("Skipped", skip, product, counts.skip, "Lines that are left out, and why."),
        _Tab("Refused", refuse, product, counts.refuse, "Lines that cannot be imported, and why."),
        _Tab("Photos", create, photo, counts.photos, "Photos that are fetched for products."),
        _Tab("Photos refused", refuse, photo, counts.photos_refused, "Photos left out, and why."),
    )


def _table(
    item: Import, tab: _Tab, lines: Sequence[ImportLine]
) -> tuple[Sequence[Column], list[TableRow]]:
    number = Column("Picture" if item.kind is ImportKind.PHOTOS else "Line", is_number=True)
    if tab.is_left_out:
        return (Column("What"), Column("Why"), number), [_refused(line) for line in lines]
    if tab.subject is LineSubject.PHOTO:
        return (Column("Photo"), Column("Product"), number), [_photo(line) for line in lines]
    if tab.outcome is LineOutcome.CREATE:
        price = Column("Price", is_number=True, is_minor=True)
        columns = (Column("Product"), Column("Category", is_minor=True), price, number)
        return columns, [_created(line) for line in lines]
    columns = (Column("Product"), Column("Before"), Column("After"), number)
    return columns, [row for line in lines for row in _changed(line)]


def _refused(line: ImportLine) -> TableRow:
    if line.subject is LineSubject.PHOTO:
        what, note = line.source, f"SKU {line.sku}" if line.sku else ""
    else:
        what, note = line.sku, line.source
    cells = (Cell(what or "No SKU", note), Cell(line.reason), Cell(f"{line.line:,}"))
    return TableRow(_id(line), cells, _address(line))


def _photo(line: ImportLine) -> TableRow:
    cells = (Cell(line.source), Cell(line.sku), Cell(f"{line.line:,}"))
    return TableRow(_id(line), cells, _address(line))


def _created(line: ImportLine) -> TableRow:
    after = line.after
    cells = (
        Cell(str(after.get("name") or line.sku), line.sku),
        Cell(str(after.get("category") or "")),
        Cell(str(after.get("price") or "")),
        Cell(f"{line.line:,}"),
    )
    return TableRow(_id(line), cells, _address(line))


def _changed(line: ImportLine) -> list[TableRow]:
    names = list(dict.fromkeys((*line.before, *line.after)))
    return [
        TableRow(
            f"{_id(line)}.{name}",
            (
                Cell(line.sku, field_label(name)),
                Cell(value_words(line.before.get(name))),
                Cell(value_words(line.after.get(name))),
                Cell(f"{line.line:,}"),
            ),
            _address(line),
        )
        for name in names
    ]


def _id(line: ImportLine) -> str:
    return f"{line.product_id or 0}.{line.id}"


def _address(line: ImportLine) -> str:
    return f"/product?id={line.product_id}" if line.product_id else ""
