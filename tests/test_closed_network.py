import os
import socket
import subprocess
import sys

import pytest

from core.settings import load_settings
from tests.support import network


def test_refuses_to_leave_this_machine() -> None:
    with pytest.raises(network.LeftTheMachineError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)

    assert network.attempts == ["socket.getaddrinfo '192.0.2.1'"]
    network.attempts.clear()


def test_children_do_not_leave_it_either() -> None:
    reach_out = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"

    child = subprocess.run(
        [sys.executable, "-c", reach_out], capture_output=True, text=True, check=False
    )

    assert "LeftTheMachineError" in child.stderr


def test_sees_no_settings_of_the_developer() -> None:
    settings = load_settings()

    assert settings == type(settings)(_env_file=None)
    assert not [name for name in os.environ if name.startswith(("R2_", "GEMINI_", "STREAMLIT_"))]
