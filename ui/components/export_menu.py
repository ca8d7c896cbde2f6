"""Taking products along as a file: the same menu wherever products are listed."""

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

_FORMATS = (
    ("csv", "CSV", "for other programs, and to import again"),
    ("xlsx", "Excel", "for a spreadsheet, and to import again"),
    ("json", "JSON", "for developers"),
)


def export_address(query: Mapping[str, str], file_format: str) -> str:
    """Return where the products of this query are downloaded as such a file."""
    sent = urlencode({name: value for name, value in query.items() if value})
    return f"/exports/products.{file_format}" + (f"?{sent}" if sent else "")


def show_export_menu(query: Mapping[str, str], *, key: str, label: str = "Export") -> None:
    """Draw a button with the kinds of file to download the products of this query as.

    `query` is what `ProductFilter.to_query` gives, with `sort` if there is one; or `ids` alone.
    """
    with st.popover(label, icon=":material/download:", key=key), st.container(gap=None):
        for file_format, name, use in _FORMATS:
            st.link_button(
                f"{name} :gray[{use}]",
                export_address(query, file_format),
                icon=":material/description:",
                type="tertiary",
                key=f"{key}.{file_format}",
            )
