"""Going through pages keeps the way back, and the place is in the address."""

from streamlit.testing.v1 import AppTest

from tests.ui.reading import address


def script() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - a script of its own

    import streamlit as st  # noqa: PLC0415 - likewise

    from core.domain.paging import Cursor, Page  # noqa: PLC0415 - likewise
    from ui.components.paging import current_cursor, keyset_page  # noqa: PLC0415 - likewise

    text = st.text_input("Search", key="text")
    cursor = current_cursor(key="after", filters=text)
    number = 0 if cursor is None else cursor.id
    st.title(f"Page {number}")
    following = Cursor(datetime(2026, 1, 1, tzinfo=UTC), number + 1) if number < 3 else None
    keyset_page(Page((), following, 99), key="after")


def shown(at: AppTest) -> str:
    return str(at.title[0].value)


def test_goes_on_to_the_last_page_and_back_to_the_first() -> None:
    at = AppTest.from_function(script).run()
    assert at.button(key="after.previous").disabled
    for _ in range(3):
        at.button(key="after.next").click().run()
    assert shown(at) == "Page 3"
    assert at.button(key="after.next").disabled

    seen = []
    for _ in range(3):
        at.button(key="after.previous").click().run()
        seen.append(shown(at))

    assert seen == ["Page 2", "Page 1", "Page 0"]
    assert address(at, "after") == ""


def test_can_be_reloaded_and_leads_to_the_first_page_then() -> None:
    at = AppTest.from_function(script).run()
    for _ in range(2):
        at.button(key="after.next").click().run()
    place = address(at, "after")

    again = AppTest.from_function(script)
    again.query_params["after"] = place
    again.run()
    assert shown(again) == "Page 2"

    again.button(key="after.previous").click().run()
    assert shown(again) == "Page 0"


def test_begins_anew_when_the_filters_change() -> None:
    at = AppTest.from_function(script).run()
    at.button(key="after.next").click().run()

    at.text_input(key="text").set_value("chair").run()

    assert shown(at) == "Page 0"


def test_takes_a_broken_address_for_the_first_page() -> None:
    at = AppTest.from_function(script)
    at.query_params["after"] = "nonsense"

    at.run()

    assert shown(at) == "Page 0"
    assert not at.exception
