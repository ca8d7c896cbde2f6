"""The launcher: served, it is the web server; run by Streamlit, it is the frame of every page."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is not None:
    from ui.frame import main

    main()
else:
    from streamlit.runtime.pages_manager import PagesManager

    from web.server import prepared_server

    # Else a deep link that comes first runs its page without the frame: without the access check.
    PagesManager.uses_pages_directory = False
    server = prepared_server(Path(st.__file__).parent)
    app = st.App(
        __file__,
        routes=server.routes(),
        middleware=server.middleware(),
        lifespan=server.lifespan,
    )
    server.check(st.get_option)
