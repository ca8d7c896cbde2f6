"""Pictures that are shared, and the guests who look at them."""

import re

from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.share_links import ShareLink, ShareRights

ALL_RIGHTS = ShareRights(may_comment=True, may_review=True, may_download=True)
NO_RIGHTS = ShareRights(may_comment=False)
ADDRESS = "203.0.113.7"


def shared(
    services: Services, actor: Actor, ids: list[int], *, rights: ShareRights = ALL_RIGHTS
) -> tuple[ShareLink, str]:
    """Return a link with these pictures, and its token."""
    return services.share_links.create(actor, ids, title="Oak chairs", rights=rights)


def form_of(html: str, kind: str) -> dict[str, str]:
    """Return the hidden fields of the page's form for a comment or a verdict."""
    form = re.search(rf'<form method="post" action="[^"]+/{kind}">(.*?)</form>', html, re.DOTALL)
    assert form is not None, f"no form for a {kind}"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1])
    return dict(hidden)


def comment_on(browser: TestClient, path: str, body: str, name: str = "Maria") -> int:
    """Send a comment as the page's form does; return the status of the answer."""
    fields = form_of(browser.get(path).text, "comment")
    return browser.post(f"{path}/comment", data={"name": name, **fields, "body": body}).status_code
