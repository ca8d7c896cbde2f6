"""What a person sees when something fails."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.errors import EpoxError, SignInRequiredError
from ui.access import end_session
from ui.format import escape_markdown

log = logging.getLogger(__name__)


@contextmanager
def expected_errors() -> Iterator[None]:
    """Show what Epox expects can go wrong as a sentence; anything else passes through.

    `st.rerun` and `st.stop` pass too. A session that has ended leads to the sign-in page.
    """
    try:
        yield
    except SignInRequiredError:
        end_session()
    except EpoxError as error:
        log.info("%s: %s", type(error).__name__, error)
        st.error(escape_markdown(error.user_message), icon=":material/error:")


@contextmanager
def error_boundary() -> Iterator[None]:
    """Show expected errors as sentences, and any other one as a short id that the log has too.

    It stands around each page; a fragment or a dialog needs its own, because its reruns do not
    pass the page's.
    """
    try:
        with expected_errors():
            yield
    except FragmentHandledException:
        raise  # it was shown where it happened
    except Exception:
        error_id = secrets.token_hex(3)
        log.exception("error %s", error_id)
        st.error(
            f"Something went wrong (error {error_id}). Please try again; what you saved is kept.",
            icon=":material/error:",
        )
