"""Whom a text names."""

from datetime import UTC, datetime

import pytest

from core.domain.comments import Comment, Member, handles_of, mentions_in

MOMENT = datetime(2026, 11, 26, tzinfo=UTC)
ANN = Member(1, "Ann", "ann@example.com")
ANN_LEE = Member(2, "Ann Lee", "lee@example.com")
BEN = Member(3, "Ben Ødegård", "ben@example.com")
ANN_2 = Member(4, "ann", "ann.two@example.com")
ANN_3 = Member(5, "Ann", "ann@example.org")


def named(body: str, *members: Member) -> list[tuple[int, str]]:
    """Return whom the text names, and with which characters."""
    return [(place.user_id, body[place.start : place.end]) for place in mentions_in(body, members)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("@Ann look", [(1, "@Ann")]),
        ("for @ann, @ANN LEE and @Ben Ødegård!", [(1, "@ann"), (2, "@ANN LEE"),
                                                    (3, "@Ben Ødegård")]),
        ("@Ann Leeds", [(1, "@Ann")]),
        ("@Anna", []),
        ("(@Ann)", [(1, "@Ann")]),
        ("@@Ann", [(1, "@Ann")]),
        ("write to me@Ann.example", []),
        ("@", []),
        ("@ Ann", []),
        ("@Nobody", []),
        ("", []),
        ("@Ann@Ann", [(1, "@Ann")]),
    ],
)  # fmt: skip
def test_the_longest_name_that_fits_counts(body: str, expected: list[tuple[int, str]]) -> None:
    assert named(body, ANN, ANN_LEE, BEN) == expected


def test_a_name_of_several_people_names_none_of_them() -> None:
    assert named("@Ann", ANN, ANN_2) == []


def test_people_of_one_name_are_named_by_their_address() -> None:
    handles = handles_of([ANN, ANN_2, ANN_LEE])

    # "ann" before the @ is the name of both, so it tells them apart no better.
    assert handles == {1: "ann@example.com", 4: "ann.two", 2: "Ann Lee"}
    assert named("@ann.two @ann@example.com", ANN, ANN_2) == [
        (4, "@ann.two"), (1, "@ann@example.com"),
    ]  # fmt: skip


def test_each_handle_names_exactly_who_has_it() -> None:
    members = [ANN, ANN_2, ANN_3, ANN_LEE, BEN]

    for member_id, handle in handles_of(members).items():
        assert named(f"Hello @{handle}.", *members) == [(member_id, f"@{handle}")]


def test_the_parts_of_a_comment_are_its_text() -> None:
    body = "See @Ann and @Ben Ødegård"
    comment = Comment(1, 1, 9, "Cy", "", body, MOMENT, mentions=mentions_in(body, [ANN, BEN]))

    parts = list(comment.parts())

    assert "".join(text for text, _ in parts) == body
    assert [text for text, is_name in parts if is_name] == ["@Ann", "@Ben Ødegård"]
