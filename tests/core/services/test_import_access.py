"""Imports of another workspace are nobody's, and who may only look changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.imports import ImportKind, ImportStatus
from core.domain.products import PhotoUpload
from core.errors import AccessDeniedError, NotFoundError
from core.services.imports import ImportService
from tests.support.importing import checked, csv_bytes, imported

FILE = csv_bytes([("sku", "name"), ("A-1", "Chair")])
BY_ID: dict[str, Callable[[ImportService, Actor, int], object]] = {
    "reading": lambda imports, actor, number: imports.reading(actor, number),
    "check": lambda imports, actor, number: imports.check(actor, number),
    "run": lambda imports, actor, number: imports.run(actor, number),
    "cancel": lambda imports, actor, number: imports.cancel(actor, number),
    "undo": lambda imports, actor, number: imports.undo(actor, number),
    "get": lambda imports, actor, number: imports.get(actor, number),
    "delete": lambda imports, actor, number: imports.delete(actor, number),
    "lines": lambda imports, actor, number: imports.lines(actor, number),
    "line_csv": lambda imports, actor, number: imports.line_csv(actor, number),
}
CHANGES = ("check", "run", "cancel", "undo", "delete")


@pytest.mark.parametrize("name", BY_ID)
def test_anothers_import_is_one_that_nobody_has(
    services: Services, actor: Actor, other_actor: Actor, name: str
) -> None:
    theirs = checked(services, actor, FILE)

    for number in (theirs.id, 987_654_321):
        with pytest.raises(NotFoundError):
            BY_ID[name](services.imports, other_actor, number)

    assert services.imports.imports(other_actor).items == ()
    assert services.imports.get(actor, theirs.id) == theirs


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
def test_who_may_only_look_begins_and_changes_nothing(
    services: Services, actor: Actor, role: Role
) -> None:
    mine = checked(services, actor, FILE)
    looking = replace(actor, role=role)

    for name in CHANGES:
        with pytest.raises(AccessDeniedError):
            BY_ID[name](services.imports, looking, mine.id)
    with pytest.raises(AccessDeniedError):
        services.imports.begin(looking, "a.csv", FILE)
    with pytest.raises(AccessDeniedError):
        services.imports.begin(looking, "a.zip", b"", kind=ImportKind.PHOTOS)
    with pytest.raises(AccessDeniedError):
        services.imports.begin_photos(looking, [PhotoUpload("a.jpg", b"")])

    assert services.imports.get(looking, mine.id).status is ImportStatus.CHECKED
    assert len(services.imports.lines(looking, mine.id).items) == 1


def test_another_workspace_with_the_same_skus_is_left_alone(
    services: Services, actor: Actor, other_actor: Actor
) -> None:

    imported(services, actor, FILE)

    found = checked(services, other_actor, FILE)

    assert found.counts.create == 1
