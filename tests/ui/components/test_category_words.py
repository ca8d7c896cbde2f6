from dataclasses import replace

from core.domain.category_removals import MAX_UNDO_PRODUCTS, RemovalEffect
from ui.components.category_words import delete_sentences, merge_sentences

NOTHING = RemovalEffect(moved=0, shared=0, dropped=0, hidden=0, children=0)
UNDO = "You can undo this for 30 days."


class TestMerge:
    def test_says_everything_that_happens(self) -> None:
        effect = RemovalEffect(
            moved=12, shared=3, dropped=0, hidden=1, children=2, followers=1, brings_settings=True
        )

        assert merge_sentences(effect, "Seats", "Chairs") == [
            "12 products move to Chairs.",
            "3 products are in both already and stay in Chairs.",
            "2 categories inside Seats will be inside Chairs.",
            "Default settings that only Seats has are kept. Where both say something, Chairs wins.",
            "1 product is archived or in the trash, and counted here.",
            "1 smart collection or saved view that filters by it will follow.",
            UNDO,
        ]

    def test_says_when_nothing_has_to_move(self) -> None:
        assert merge_sentences(NOTHING, "Seats", "Chairs") == ["No product has to move.", UNDO]

    def test_says_when_it_is_too_much_to_undo(self) -> None:
        effect = replace(NOTHING, moved=MAX_UNDO_PRODUCTS + 1)

        assert merge_sentences(effect, "A", "B")[-1] == "This is too much to be undone later."


class TestDelete:
    def test_says_where_the_products_go(self) -> None:
        effect = replace(NOTHING, moved=1, shared=2, children=1)

        assert delete_sentences(effect, "Seats", "Furniture") == [
            "1 product moves to Furniture.",
            "2 products are in Furniture already and stay there.",
            "1 category inside Seats moves up to where it stands.",
            UNDO,
        ]

    def test_says_that_the_products_stay(self) -> None:
        effect = replace(NOTHING, dropped=2, followers=2)

        assert delete_sentences(effect, "Seats", "") == [
            "2 products lose this category; they stay.",
            "2 smart collections and saved views that filter by it will find nothing.",
            UNDO,
        ]
