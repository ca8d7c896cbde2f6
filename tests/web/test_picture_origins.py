"""Pictures of other origins are let through for Unsplash's search, and only with its key."""

from pathlib import Path

import pytest
import streamlit as st

from core.settings import Settings
from web.headers import app_policy

INDEX = Path(st.__file__).parent / "static" / "index.html"


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, "img-src 'self' data: blob:;"),
        ({"unsplash_base_url": "http://127.0.0.1:8099"}, "img-src 'self' data: blob:;"),
        (
            {"unsplash_access_key": "key"},
            "img-src 'self' data: blob: https://images.unsplash.com https://plus.unsplash.com;",
        ),
        (
            {"unsplash_access_key": "key", "unsplash_base_url": "http://127.0.0.1:8099/api"},
            "img-src 'self' data: blob: http://127.0.0.1:8099;",
        ),
    ],
)
def test_names_exactly_the_origins_that_are_needed(given: dict[str, str], allowed: str) -> None:
    policy = app_policy(INDEX, Settings.model_validate(given).picture_origins)

    assert allowed in policy
    assert "connect-src 'self';" in policy
    assert "unsplash" not in policy.replace(allowed, "")
