"""What happened to a product: who changed what, when."""

from collections.abc import Mapping

import streamlit as st

from core.domain.accounts import Actor
from core.domain.history import AuditEvent
from ui.components.counted import counted
from ui.context import services
from ui.format import escape_markdown, when

_ACTIONS: Mapping[str, str] = {
    "create": "Added", "update": "Changed", "edit": "Changed", "change": "Changed",
    "duplicate": "Made as a copy", "import": "Imported", "trash": "Moved to the trash",
    "restore": "Restored from the trash", "archive": "Archived",
    "unarchive": "Taken out of the archive", "add_photos": "Photos added",
    "remove_photo": "Photo removed", "restore_photo": "Photo put back",
    "replace_photo": "Photo replaced", "order_photos": "Photos put in another order",
    "set_defaults": "Default settings changed",
}  # fmt: skip
_FIELDS: Mapping[str, str] = {
    "sku": "SKU", "category": "Category", "other_categories": "Also in", "dimensions": "Size",
    "width_cm": "Width", "depth_cm": "Depth", "height_cm": "Height",
}  # fmt: skip
_MAX_CHARS = 160
_PAGE = 20


def show_product_history(actor: Actor, product_id: int) -> None:
    """Draw the latest changes, once the person asks for them."""
    history = st.expander(
        "History", icon=":material/history:", on_change="rerun", key="product.history"
    )
    if not history.open:
        return
    with history:
        shown = st.session_state.get("product.history.count", _PAGE)
        page = services().products.history(actor, product_id, limit=shown)
        if not page.items:
            st.caption("Nothing is noted of this product yet.")
        for event in page.items:
            _show_event(event)
        if page.next is not None:
            st.button(
                "Show more", key="product.history.more", type="tertiary", on_click=_show_more,
                args=(shown + _PAGE,),
            )  # fmt: skip


def event_line(event: AuditEvent) -> str:
    """Return what was done, in a few words."""
    said = _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())
    count = event.detail.get("count")
    if event.action == "add_photos" and isinstance(count, int):
        return f"{counted(count, 'photo')} added"
    return said


def change_lines(event: AuditEvent) -> list[str]:
    """Return a line for each field that was changed, with what it was and what it is."""
    return [
        f"{_field(name)}: {_value(before)} \u2192 {_value(after)}"
        for name, (before, after) in event.changes.items()
    ]


def _show_event(event: AuditEvent) -> None:
    with st.container(gap=None):
        by = f"by {escape_markdown(event.who)} · " if event.who else ""
        st.markdown(f"**{escape_markdown(event_line(event))}** :gray[{by}{when(event.at)}]")
        for line in change_lines(event):
            st.text(line)


def _show_more(count: int) -> None:
    st.session_state["product.history.count"] = count


def _field(name: str) -> str:
    return _FIELDS.get(name, name.replace("_", " ").capitalize())


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(str(part) for part in value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{_field(str(name))} {part}" for name, part in value.items())
    else:
        text = "" if value is None else str(value)
    text = " ".join(text.split())
    if not text:
        return "nothing"
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]} …"
