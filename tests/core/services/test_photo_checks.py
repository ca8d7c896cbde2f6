"""Checks of photos, run as the tasks that they are."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.assets import AssetRef
from core.domain.photo_checks import FindingCode, Verdict
from core.domain.products import PhotoUpload, ProductFilter
from core.domain.tasks import TaskStatus
from core.errors import AccessDeniedError, NotFoundError
from core.services.photo_checks import CHECK_PHOTOS
from tests.images import photo_bytes
from tests.support.generation import CHAIR
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow


def add_photos(services: Services, actor: Actor, *photos: bytes) -> tuple[AssetRef, ...]:
    product = services.products.create(actor, CHAIR)
    uploads = [PhotoUpload(f"photo-{n}.jpg", photo) for n, photo in enumerate(photos)]
    return services.products.add_photos(actor, product.id, uploads).kept


class TestNewPhotos:
    def test_are_checked_by_a_worker(self, services: Services, actor: Actor) -> None:
        [photo] = add_photos(services, actor, photo_bytes())
        assert services.photo_checks.of(actor, [photo.id]) == {}

        run_tasks(services)

        check = services.photo_checks.of(actor, [photo.id])[photo.id]
        assert check.verdict is Verdict.POOR  # it is a small one
        assert FindingCode.TOO_SMALL in {finding.code for finding in check.findings}
        assert check.measures["width_px"] == photo.width_px

    def test_that_show_the_same_are_told(self, services: Services, actor: Actor) -> None:
        first, second = add_photos(services, actor, photo_bytes(), photo_bytes())

        run_tasks(services)

        checks = services.photo_checks.of(actor, [first.id, second.id])
        told = {one: [f.code for f in checks[one].findings] for one in (first.id, second.id)}
        assert FindingCode.DUPLICATE not in told[first.id]
        assert FindingCode.DUPLICATE in told[second.id]

    def test_that_show_the_same_are_told_with_the_product_of_the_other(
        self, services: Services, actor: Actor
    ) -> None:
        [first] = add_photos(services, actor, photo_bytes())
        other = services.products.create(actor, replace(CHAIR, name="Twin", sku="TWIN"))
        uploads = [PhotoUpload("camera.jpg", photo_bytes())]
        [second] = services.products.add_photos(actor, other.id, uploads).kept

        run_tasks(services)

        findings = services.photo_checks.of(actor, [second.id])[second.id].findings
        [found] = [one for one in findings if one.code is FindingCode.DUPLICATE]
        assert found.reason == f"This looks the same as a photo of {CHAIR.name}."
        assert found.twin_id == first.id

    def test_of_another_workspace_are_never_compared(
        self,
        services: Services,
        actor: Actor,
        other_actor: Actor,
    ) -> None:
        add_photos(services, actor, photo_bytes())
        [theirs] = add_photos(services, other_actor, photo_bytes())

        run_tasks(services)

        check = services.photo_checks.of(other_actor, [theirs.id])[theirs.id]
        assert FindingCode.DUPLICATE not in {finding.code for finding in check.findings}

    def test_whose_file_is_gone_do_not_stop_the_others(
        self, services: Services, actor: Actor
    ) -> None:
        first, second = add_photos(services, actor, photo_bytes(), photo_bytes())
        with services.parts.database.read() as work:
            found = work.assets.find_file(actor.workspace_id, first.id)
        assert found is not None
        services.parts.storage.delete(found[0])

        run_tasks(services)

        assert list(services.photo_checks.of(actor, [first.id, second.id])) == [second.id]
        [task] = services.tasks.search(actor, [CHECK_PHOTOS]).items
        assert task.status is TaskStatus.DONE


class TestOverride:
    def test_is_kept_with_who_and_why(self, services: Services, actor: Actor) -> None:
        [photo] = add_photos(services, actor, photo_bytes())
        run_tasks(services)

        services.photo_checks.override(actor, photo.id, "It is all we have.")

        check = services.photo_checks.of(actor, [photo.id])[photo.id]
        assert (check.verdict, check.counts_as) == (Verdict.POOR, Verdict.USABLE)
        assert (check.overridden_by, check.override_reason) == (actor.name, "It is all we have.")

    def test_needs_a_check_a_role_and_the_own_workspace(
        self,
        services: Services,
        actor: Actor,
        other_actor: Actor,
    ) -> None:
        [photo] = add_photos(services, actor, photo_bytes())
        with pytest.raises(NotFoundError):
            services.photo_checks.override(actor, photo.id)
        run_tasks(services)

        with pytest.raises(AccessDeniedError):
            services.photo_checks.override(replace(actor, role=Role.VIEWER), photo.id)
        with pytest.raises(NotFoundError):
            services.photo_checks.override(other_actor, photo.id)
        assert services.photo_checks.of(other_actor, [photo.id]) == {}
        assert services.photo_checks.of(actor, [photo.id])[photo.id].overridden_at is None


class TestCheckAgain:
    def test_takes_only_what_is_not_checked(
        self,
        services: Services,
        actor: Actor,
        other_actor: Actor,
    ) -> None:
        [photo] = add_photos(services, actor, photo_bytes())
        assert services.photo_checks.check(actor, [photo.id]) == 1
        assert services.photo_checks.check(other_actor, [photo.id]) == 0

        run_tasks(services)

        assert services.photo_checks.check(actor, [photo.id]) == 0


class TestFilter:
    def test_leaves_out_what_a_person_uses_anyway(self, services: Services, actor: Actor) -> None:
        [photo] = add_photos(services, actor, photo_bytes())
        run_tasks(services)
        poor = ProductFilter(verdict=Verdict.POOR)
        assert len(services.products.search(actor, poor).items) == 1

        services.photo_checks.override(actor, photo.id)

        assert services.products.search(actor, poor).items == ()
