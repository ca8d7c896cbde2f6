"""Products as a table."""

from collections.abc import Sequence

import streamlit as st

from core.domain.products import ProductSummary
from ui.components.selection import round_of, select, selected


def show_product_table(products: Sequence[ProductSummary], *, key: str) -> None:
    """Draw the products as rows: a tick selects, a click on a cell opens the product."""
    ids = [product.id for product in products]
    # Rows are known by their place only, so other rows are another table with its own ticks.
    table_key = f"{key}.table.{round_of(key)}.{hash(tuple(ids))}"
    ticked = [place for place, product_id in enumerate(ids) if product_id in selected(key)]
    table = st.dataframe(
        {
            "Photo": [p.photo.url("w160") if p.photo else None for p in products],
            "Name": [product.name for product in products],
            "SKU": [product.sku for product in products],
            "Category": [product.category for product in products],
            "Price": [None if p.price is None else float(p.price) for p in products],
            "Photos": [product.photo_count for product in products],
            "Updated": [product.updated_at for product in products],
        },
        key=table_key,
        hide_index=True,
        row_height=44,
        height="content",
        placeholder="",
        column_config={
            "Photo": st.column_config.ImageColumn("", width="small"),
            "Name": st.column_config.TextColumn(width="large"),
            "Price": st.column_config.NumberColumn(format="accounting", width="small"),
            "SKU": st.column_config.TextColumn(width="medium"),
            "Photos": st.column_config.NumberColumn(width="small"),
            "Updated": st.column_config.DatetimeColumn(format="distance", width="medium"),
        },
        on_select=lambda: _keep_ticks(key, table_key, ids),
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": ticked}},
    )
    for place, _ in table.selection.cells:
        st.switch_page("pages/product.py", query_params={"id": str(ids[place])})


def _keep_ticks(key: str, table_key: str, ids: Sequence[int]) -> None:
    rows = st.session_state[table_key].selection.rows
    select(key, (selected(key) - set(ids)) | {ids[place] for place in rows})
