"""Files that a person hands over: read once, then let go."""

from collections.abc import Iterator, Sequence

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.domain.products import PhotoUpload
from core.imaging.base import MAX_UPLOAD_BYTES

_MEGABYTE = 1024 * 1024
_TYPES = ["jpg", "jpeg", "png", "webp"]


def photo_uploader(label: str, *, key: str) -> list[UploadedFile]:
    """Draw a place to drop several pictures and return what lies there."""
    return st.file_uploader(
        label,
        type=_TYPES,
        accept_multiple_files=True,
        key=_key_of_round(key),
        max_upload_size=MAX_UPLOAD_BYTES // _MEGABYTE,
    )


def one_photo_uploader(label: str, *, key: str) -> list[UploadedFile]:
    """Draw a place to drop one picture and return it, or nothing."""
    file = st.file_uploader(
        label,
        type=_TYPES,
        key=_key_of_round(key),
        max_upload_size=MAX_UPLOAD_BYTES // _MEGABYTE,
    )
    return [] if file is None else [file]


def file_uploader(
    label: str, types: Sequence[str], *, key: str, note: str = ""
) -> list[UploadedFile]:
    """Draw a place to drop files with these endings and return what lies there."""
    return st.file_uploader(
        label,
        type=list(types),
        accept_multiple_files=True,
        key=_key_of_round(key),
        help=note or None,
    )


def taken(files: Sequence[UploadedFile], *, key: str) -> Iterator[PhotoUpload]:
    """Yield the files one by one and free each; the uploader of `key` is empty afterwards.

    Streamlit keeps uploaded bytes until the session ends, long after the person has gone.
    """
    st.session_state[f"{key}.round"] = _round_of(key) + 1
    try:
        for file in files:
            yield PhotoUpload(file.name, file.getvalue())
    finally:
        _free(files)


def _free(files: Sequence[UploadedFile]) -> None:
    context = get_script_run_ctx()
    for file in files:
        file.close()
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _round_of(key: str) -> int:
    return int(st.session_state.get(f"{key}.round", 0))


def _key_of_round(key: str) -> str:
    # A widget cannot be emptied from the script; one with another key starts empty.
    return f"{key}.{_round_of(key)}"
