"""The studio as AppTest runs it: opening it, clicking in it, and what came of that."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob
from core.domain.products import Product
from core.domain.studio_sessions import StudioSession
from tests.support.pages import PageRunner

STUDIO = "pages/studio.py"


def studio(page: PageRunner, actor: Actor, product: Product, **more: str) -> AppTest:
    """Return the studio with this product."""
    return page(STUDIO, actor, {"product": str(product.id), **more})


def generate(at: AppTest, submissions: int = 0) -> AppTest:
    """Click on the button that makes pictures."""
    return at.button(key=f"studio.generate.{submissions}").click().run()


def jobs(services: Services, actor: Actor) -> tuple[GenerationJob, ...]:
    """Return the jobs, the newest first."""
    return services.generation.jobs(actor).items


def slim_rows(at: AppTest, key: str) -> list[dict[str, Any]]:
    """Return the slim rows with this key; none if they are not on the page."""
    protos = [element.proto for element in at.get("bidi_component")]
    found = [json.loads(proto.json)[0] for proto in protos if proto.id.endswith(f"-{key}")]
    return found[0] if found else []


def latest(services: Services, actor: Actor) -> StudioSession:
    """Return the session that was saved last."""
    session = services.studio_sessions.find_latest(actor)
    assert session is not None
    return session


def unfold(at: AppTest) -> AppTest:
    """Open what shows the prompt."""
    return at.button(key="studio.prompt.open").click().run()
