"""What tests of pages share."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.bootstrap import Services


@pytest.fixture
def painting(services: "Services") -> "Services":
    """Install services whose only image model is a fake one."""
    from core import bootstrap  # noqa: PLC0415 - so that the environment is clean first
    from tests.fakes.image_model import FakeImageModel  # noqa: PLC0415 - likewise
    from tests.support.generation import with_model  # noqa: PLC0415 - likewise

    painting = with_model(services, FakeImageModel())
    bootstrap.install(painting)  # the fixture of `services` takes it away again
    return painting
