"""Browsers that look at the site: nobody's and Ann's."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.settings import Settings
from tests.support.people import PASSWORD
from tests.web.site import Site


@pytest.fixture
def database_kind() -> str:
    """Use SQLite: what HTTP answers does not hang on the database."""
    return "sqlite"


@pytest.fixture
def site(settings: Settings, services: Services) -> Site:
    """Give the test the site on the real services, as anonymous browsers see it."""
    del services  # only so that they are installed
    return Site(settings)


@pytest.fixture
def anonymous(site: Site) -> Iterator[TestClient]:
    with site.browser() as browser:
        yield browser


@pytest.fixture
def signed_in(site: Site, actor: Actor) -> Iterator[TestClient]:
    """Give the test the browser in which Ann signed in through the form."""
    with site.browser() as browser:
        form = {"email": actor.email, "password": PASSWORD}
        browser.post("/login", data=form)
        yield browser
