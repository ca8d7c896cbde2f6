"""Narrowing the catalogue: the panel in which filters are chosen, and the chips that say which."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.paging import Page
from core.domain.products import ProductFilter, ProductSource, ProductSummary
from core.errors import NotFoundError
from ui.components.collection_dialogs import save_as_collection
from ui.components.product_filters import Listing, clear_filters, narrow, seed
from ui.context import services
from ui.format import escape_markdown, exact

SOURCES = {
    ProductSource.ENTERED.value: "Entered by hand",
    ProductSource.IMPORTED.value: "Imported",
    ProductSource.SAMPLE.value: "Samples",
}
VERDICTS = {"good": "Good", "usable": "Usable", "poor": "Poor"}
_PHOTO = {True: "With a photo", False: "Without a photo"}
_APPROVED = {True: "With an approved picture", False: "Without an approved picture"}
_LOOKED = {True: "Looked at", False: "Not looked at"}
_ARCHIVED = {"In use": False, "Archived": True, "Both": None}

_GONE = "not there any more"
_MAX_CHOICES = 200
_KEY = "products.filter"


def filter_panel(actor: Actor, listing: Listing) -> None:
    """Draw the button that opens the panel; its choices are read only while it is open."""
    # Of another label it would be another panel, and closed: how many are chosen, the chips say.
    panel = st.popover(
        "Filters", icon=":material/filter_list:", key="products.filters", on_change="rerun"
    )
    if panel.open:
        with panel:
            _show_fields(actor, listing.wanted)


def show_narrowed(actor: Actor, listing: Listing, page: Page[ProductSummary]) -> None:
    """Draw how many products are listed, and to what: a click on a chip takes that filter away."""
    chips = _chips(listing.wanted)
    # The row is always there, so that choosing a filter moves nothing below it.
    with st.container(
        horizontal=True, gap="xsmall", vertical_alignment="center", key="products.narrowed"
    ):
        noun = "near match" if page.is_similar else "product"
        plural = "" if page.total == 1 else "es" if page.is_similar else "s"
        st.markdown(f":gray[{page.total_label} {noun}{plural}]", width="content")
        if not chips:
            return
        for field, say in chips.items():
            st.button(
                escape_markdown(say(actor)), icon=":material/close:", icon_position="right",
                key=f"products.chip.{field}", help="Take this filter away", on_click=narrow,
                kwargs={field: getattr(ProductFilter(), field)},
            )  # fmt: skip
        st.button(
            "Clear filters", type="tertiary", key="products.clear_filters", on_click=clear_filters
        )
        if actor.role.may_edit and st.button(
            "Make a collection", icon=":material/bookmark_add:", type="tertiary",
            key="products.make_collection", help="It holds whatever matches, later ones too",
        ):  # fmt: skip
            save_as_collection(listing.wanted)


def _chips(wanted: ProductFilter) -> dict[str, Callable[[Actor], str]]:
    """Return by field what says the filter in words; the text stands in the search field."""
    said: dict[str, tuple[bool, Callable[[Actor], str]]] = {
        "category_id": (wanted.category_id is not None, lambda actor: _category(actor, wanted)),
        "tag": (bool(wanted.tag), lambda _: f"Tag: {wanted.tag}"),
        "collection_id": (
            wanted.collection_id is not None, lambda actor: _collection(actor, wanted),
        ),
        "source": (bool(wanted.source), lambda _: SOURCES[wanted.source]),
        "has_photo": (wanted.has_photo is not None, lambda _: _PHOTO[bool(wanted.has_photo)]),
        "has_approved": (
            wanted.has_approved is not None, lambda _: _APPROVED[bool(wanted.has_approved)],
        ),
        "is_analysed": (
            wanted.is_analysed is not None, lambda _: _LOOKED[bool(wanted.is_analysed)],
        ),
        "verdict": (bool(wanted.verdict), lambda _: f"Photo: {VERDICTS[wanted.verdict].lower()}"),
        "archived": (
            wanted.archived is not False,
            lambda _: "Archived" if wanted.archived else "With archived ones",
        ),
        "import_id": (wanted.import_id is not None, lambda actor: _import(actor, wanted)),
    }  # fmt: skip
    return {field: say for field, (is_set, say) in said.items() if is_set}


def _category(actor: Actor, wanted: ProductFilter) -> str:
    names = {one.id: one.name for one in services().categories.tree(actor, is_counted=False)}
    return f"Category: {names.get(wanted.category_id or 0, _GONE)}"


def _collection(actor: Actor, wanted: ProductFilter) -> str:
    found = _found(lambda: services().collections.get(actor, wanted.collection_id or 0).name)
    return f"Collection: {found}"


def _import(actor: Actor, wanted: ProductFilter) -> str:
    found = _found(lambda: services().imports.get(actor, wanted.import_id or 0).file_name)
    return f"Import: {found}"


def _found(name: Callable[[], str]) -> str:
    try:
        return name()
    except NotFoundError:
        return _GONE


def _show_fields(actor: Actor, wanted: ProductFilter) -> None:
    categories = services().categories.tree(actor, is_counted=False)
    _choose(
        "Category", {one.id: one.full_name for one in categories}, "category_id",
        wanted.category_id, "All categories",
    )  # fmt: skip
    tags = services().products.tags(actor)
    _choose("Tag", {tag: tag for tag in tags}, "tag", wanted.tag or None, "All tags", empty="")
    collections = services().collections.search(actor, limit=_MAX_CHOICES).items
    _choose(
        "Collection", {one.id: one.name for one in collections}, "collection_id",
        wanted.collection_id, "All collections",
    )  # fmt: skip
    _pick("Photo", _PHOTO, "has_photo", wanted.has_photo)
    _pick("Photo check", VERDICTS, "verdict", wanted.verdict or None, empty="")
    _pick("Looked at", _LOOKED, "is_analysed", wanted.is_analysed)
    _pick("Approved picture", _APPROVED, "has_approved", wanted.has_approved)
    _pick("Came by", SOURCES, "source", wanted.source or None, empty="")
    _choose_import(actor, wanted)
    _pick_archived(wanted)


def _pick_archived(wanted: ProductFilter) -> None:
    key = f"{_KEY}.archived"
    shown = next(name for name, value in _ARCHIVED.items() if value is wanted.archived)
    st.segmented_control(
        "Archive", list(_ARCHIVED), required=True, key=seed(key, shown),
        on_change=lambda: narrow(archived=_ARCHIVED[st.session_state[key]]),
    )  # fmt: skip


def _choose_import(actor: Actor, wanted: ProductFilter) -> None:
    imports = services().imports.imports(actor).items
    if imports or wanted.import_id is not None:
        names = {one.id: f"{one.file_name} · {exact(one.created_at)}" for one in imports}
        _choose("From the import", names, "import_id", wanted.import_id, "All imports")


def _choose(
    label: str,
    names: Mapping[Any, str],
    field: str,
    chosen: int | str | None,
    placeholder: str,
    *,
    empty: str | None = None,
) -> None:
    key = f"{_KEY}.{field}"
    # What the address names may be beyond the choices that are read.
    options = [*names, *(() if chosen is None or chosen in names else (chosen,))]
    st.selectbox(
        label, options, index=None, placeholder=placeholder, key=seed(key, chosen),
        format_func=lambda one: names.get(one, str(one) if isinstance(one, str) else _GONE),
        on_change=_keep, args=(field, key, empty),
    )  # fmt: skip


def _pick(
    label: str, names: Mapping[Any, str], field: str, chosen: object, *, empty: str | None = None
) -> None:
    key = f"{_KEY}.{field}"
    st.pills(
        label, list(names), format_func=names.__getitem__, key=seed(key, chosen),
        on_change=_keep, args=(field, key, empty),
    )  # fmt: skip


def _keep(field: str, key: str, empty: str | None) -> None:
    chosen = st.session_state[key]
    narrow(**{field: empty if chosen is None else chosen})
