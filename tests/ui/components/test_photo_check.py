"""What was found in a photo is said in words that fit where it is read."""

from core.domain.photo_checks import FindingCode, PhotoFinding, Verdict
from ui.components.photo_check import finding_words

SAME = PhotoFinding(
    FindingCode.DUPLICATE, Verdict.USABLE, "This looks the same as a photo of Oak chair.", "", 7
)


class TestFindingWords:
    def test_name_a_photo_of_the_same_product_by_its_place(self) -> None:
        assert finding_words(SAME, {3: 1, 7: 2}) == "This looks the same as Photo 2."

    def test_name_another_product_by_its_name(self) -> None:
        assert finding_words(SAME, {3: 1}) == "This looks the same as a photo of Oak chair."
