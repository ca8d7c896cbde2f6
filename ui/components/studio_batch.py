"""The studio with several products: one brief for all of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.generation import ReferenceRole
from core.domain.plans import MAX_PLAN_PRODUCTS, Plan, PlanItem
from ui.components.beside import side_then_main
from ui.components.brief import show_brief
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.missing import found
from ui.components.plan_summary import common_notices, costs, thumbnail
from ui.components.rows import Row, show_rows
from ui.components.studio_plan import show_plan_and_submit
from ui.context import services
from ui.format import escape_markdown
from ui.navigation import MAX_ID


@dataclass(frozen=True)
class Batch:
    """The products that the address names, what they are together, and where they were chosen."""

    product_ids: tuple[int, ...]
    title: str
    page: str
    query: dict[str, str] = field(default_factory=dict)
    note: str = ""


def open_studio_with(product_ids: Iterable[int]) -> NoReturn:
    """Leave the script and show the studio with these products."""
    ids = ",".join(str(product_id) for product_id in sorted(product_ids))
    st.switch_page("pages/studio.py", query_params={"products": ids})


def open_studio_with_collection(collection_id: int) -> NoReturn:
    """Leave the script and show the studio with the products of a collection."""
    st.switch_page("pages/studio.py", query_params={"collection": str(collection_id)})


def show_studio_batch(actor: Actor) -> None:
    """Draw one brief for the products that the address names, and what it makes of each."""
    batch = _of_collection(actor) if "collection" in st.query_params else _of_address()
    side, main = side_then_main()
    with side.container(border=True, gap=10, key="studio.brief"):
        _show_head(batch)
        brief = show_brief(actor, None, services().generation.models())
        plan = show_plan_and_submit(actor, batch.product_ids, brief, is_batch=True)
    with main:
        if plan is None:
            empty_state("rule", "No plan yet", "What the brief makes of each product stands here.")
        else:
            _show_products(plan)


def _of_collection(actor: Actor) -> Batch:
    collection = found(
        services().collections.get, actor, "collection", name="collection",
        back="pages/collections.py",
    )  # fmt: skip
    page = services().collections.products(actor, collection.id, limit=MAX_PLAN_PRODUCTS)
    if not page.items:
        row = empty_state("inventory_2", "Nothing in here yet", "This collection has no products.")
        row.page_link(
            "pages/collection.py", label="Open the collection", icon=":material/arrow_back:",
            query_params={"id": str(collection.id)},
        )  # fmt: skip
        st.stop()
    note = "" if page.next is None else (
        f"These are the first {len(page.items)} of {page.total_label} products: "
        "more do not fit in one plan."
    )  # fmt: skip
    return Batch(
        tuple(product.id for product in page.items),
        collection.name,
        "pages/collection.py",
        {"id": str(collection.id)},
        note,
    )


def _of_address() -> Batch:
    words = st.query_params.get("products", "").split(",")
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 20]  # noqa: PLR2004 - digits of the largest id
    known = tuple(dict.fromkeys(number for number in ids if 0 < number <= MAX_ID))
    if not known:
        row = empty_state(
            "search_off",
            "These products could not be found",
            "They may have been deleted, or the link is not complete.",
        )
        row.page_link("pages/products.py", label="Find products", icon=":material/arrow_back:")
        st.stop()
    return Batch(known, counted(len(known), "product"), "pages/products.py")


def _show_head(batch: Batch) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Brief", anchor=False, width="content")
        st.space("stretch")
        if st.button("Change products", type="tertiary", icon=":material/swap_horiz:"):
            st.switch_page(batch.page, query_params=batch.query)
    st.markdown(f"**{escape_markdown(batch.title)}**")
    st.caption(f"One brief for all; each is shown by its primary photo. {batch.note}")


def _show_products(plan: Plan) -> None:
    if plan.skipped:
        st.subheader(f"Left out · {len(plan.skipped):,}", anchor=False)
        left_out = [
            Row(one.product_name, one.reason, path=_path(one.product_id), is_off=True)
            for one in plan.skipped
        ]
        show_rows(left_out, key="studio.skipped")
    if plan.items:
        st.subheader(f"Products · {len(plan.items):,}", anchor=False)
        common = common_notices(plan)
        show_rows([_row(item, common) for item in plan.items], key="studio.planned")


def _row(item: PlanItem, common: Collection[str]) -> Row:
    photos = [ref for ref in item.references if ref.role is ReferenceRole.PRODUCT]
    own = [notice for notice in item.notices if notice not in common]
    return Row(
        title=item.product_name,
        text=" \u00b7 ".join((counted(item.count, "picture"), *own)),
        src=thumbnail(photos[0], item) if photos else "",
        end=costs(item),
        path=_path(item.product_id),
    )


def _path(product_id: int) -> str:
    return f"/product?id={product_id}"
