"""Uploaded files are read once, and their bytes are let go."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415 - likewise

    from ui.components.uploads import photo_uploader, taken  # noqa: PLC0415 - likewise

    context = get_script_run_ctx()
    assert context is not None
    files = photo_uploader("Photos", key="photos")
    ids = [file.file_id for file in files]
    for upload in taken(files, key="photos") if files else ():
        st.text(f"{upload.file_name}: {upload.data!r}")
    left = context.uploaded_file_mgr.get_files(context.session_id, ids)
    st.caption(f"{len(files)} taken, {len(left)} left")


class TestTaken:
    def test_hands_over_each_file_and_frees_it(self) -> None:
        at = AppTest.from_function(script).run()
        at.file_uploader[0].upload("oak.jpg", b"oak").upload("pine.jpg", b"pine")

        at.run()

        assert [text.value for text in at.text] == ["oak.jpg: b'oak'", "pine.jpg: b'pine'"]
        assert at.caption[0].value == "2 taken, 0 left"

    def test_empties_the_uploader(self) -> None:
        at = AppTest.from_function(script).run()
        at.file_uploader[0].upload("oak.jpg", b"oak")
        at.run()

        at.run()

        assert at.caption[0].value == "0 taken, 0 left"
