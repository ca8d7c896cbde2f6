"""Python runs this at its start when this folder is on PYTHONPATH: tests' children go nowhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.support import network

sys.path.pop(0)
network.close()
