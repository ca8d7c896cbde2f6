"""What was seen in a product's photo, on its page: measured without a key, proposed with one."""

import json
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.bootstrap import Services, build_services, install
from core.domain.accounts import Actor, Role
from core.domain.analyses import AnalysisKind
from core.domain.products import Product
from core.settings import Settings
from tests.core.services.test_analyses import SAID
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.tasks import run_tasks
from tests.ui.reading import words
from tests.ui.roles import become

pytestmark = pytest.mark.slow

PRODUCT = "pages/product.py"


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return chair_with_photo(services, actor)


@pytest.fixture
def asking(settings: Settings, services: Services) -> Iterator[Services]:
    """Install services with a key for a Gemini that says what a chair looks like."""
    with FakeGemini(answer=Answer(parts=(f"text:{json.dumps(SAID)}",))) as fake:
        keyed = settings.model_copy(
            update={"gemini_api_key": SecretStr(fake.key), "gemini_base_url": fake.url}
        )
        built = build_services(keyed)
        install(built)
        yield built
        install(services)
        built.close()


def test_says_that_nobody_looked_yet_and_what_looking_costs(
    page: PageRunner, actor: Actor, chair: Product
) -> None:
    shown = page(PRODUCT, actor, {"id": str(chair.id)})

    assert "Nobody has looked at the photo yet." in words(shown)
    assert "Free: measured on this machine." in words(shown)


def test_measures_without_a_key_and_says_so(
    page: PageRunner, services: Services, actor: Actor, chair: Product
) -> None:
    shown = page(PRODUCT, actor, {"id": str(chair.id)})
    shown.button(key=f"look.product.{chair.photos[0].id}").click().run()
    assert services.analyses.running(actor, chair.photos[0].id, AnalysisKind.PRODUCT) is not None
    run_tasks(services)

    shown = page(PRODUCT, actor, {"id": str(chair.id)})

    assert "Colours, measured" in words(shown)
    assert "on this machine, free" in words(shown)
    assert "Take over what is ticked" not in words(shown)


def test_takes_over_what_is_ticked(
    page: PageRunner, asking: Services, actor: Actor, chair: Product
) -> None:
    asking.analyses.begin(actor, AnalysisKind.PRODUCT, product_ids=[chair.id])
    run_tasks(asking)
    shown = page(PRODUCT, actor, {"id": str(chair.id)})
    assert "4 x legs" in words(shown)

    for box in shown.checkbox:
        if (box.key or "").startswith("look.take."):
            box.set_value(box.key == "look.take.materials")
    shown.text_input(key="look.text.materials").set_value("oak, wool")
    take = next(each for each in shown.button if each.label == "Take over what is ticked")
    take.click().run()

    after = asking.products.get(actor, chair.id)
    assert after.materials == ("oak", "wool")
    assert after.description == chair.description


def test_lets_prompts_quote_what_was_seen(
    page: PageRunner, asking: Services, actor: Actor, chair: Product
) -> None:
    asking.analyses.begin(actor, AnalysisKind.PRODUCT, product_ids=[chair.id])
    run_tasks(asking)
    shown = page(PRODUCT, actor, {"id": str(chair.id)})

    [toggle] = [each for each in shown.toggle if "prompts" in each.label]
    toggle.set_value(True).run()

    assert asking.products.get(actor, chair.id).seen.parts == ("4 x legs",)


def test_offers_a_viewer_nothing_to_change(
    page: PageRunner, asking: Services, actor: Actor, chair: Product
) -> None:
    asking.analyses.begin(actor, AnalysisKind.PRODUCT, product_ids=[chair.id])
    run_tasks(asking)
    become(asking, actor, Role.VIEWER)

    shown = page(PRODUCT, actor, {"id": str(chair.id)})

    assert "armchair" in words(shown)
    assert not [each for each in shown.toggle if "prompts" in each.label]
    assert "Look again" not in words(shown)
