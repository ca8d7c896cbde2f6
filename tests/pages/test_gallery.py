"""The gallery finds the pictures of a workspace, and changes many of them at once."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.products import PhotoUpload
from core.domain.reviews import ReviewState
from tests.images import photo_bytes
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.ui.making import pictures, products, run, submit
from tests.ui.reading import address, card_ids, cards, click_card, grid_ticks, links, words

GALLERY = "pages/gallery.py"
GRID = "gallery.results.grid"


def buttons(at: AppTest) -> set[str | None]:
    """Return the keys of the buttons on the page."""
    return {button.key for button in at.button}


def plain(label: str) -> str:
    """Return a label as a person reads it, without what keeps Markdown from drawing it."""
    return label.replace("\\", "").replace("\u2060", "")


class TestGallery:
    def test_shows_the_newest_picture_first(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)

        at = page(GALLERY, actor)

        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made]
        assert "2 pictures" in words(at)

    def test_says_what_to_do_when_there_is_nothing(self, page: PageRunner, actor: Actor) -> None:
        at = page(GALLERY, actor)

        assert "No pictures yet" in words(at)
        assert at.button(key="to.studio").label == "Open studio"

    def test_shows_what_is_being_made_before_the_pictures(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=2)
        run(painting, actor, job, slots=1)

        at = page(GALLERY, actor)

        [waiting, done] = card_ids(at, GRID)
        assert waiting == f"slot-{job.slots[1].id}"
        assert done.isdecimal()

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        pictures(painting, actor)

        at = page(GALLERY, other_actor)

        assert card_ids(at, GRID) == []

    def test_shows_inspiration_where_it_is_asked_for(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        mine, theirs = (
            services.inspiration.upload(who, PhotoUpload("mood.jpg", photo_bytes()))
            for who in (actor, other_actor)
        )
        services.assets.upload(actor, PhotoUpload("wall.jpg", photo_bytes(colour="#336699")))

        at = page(GALLERY, actor, {"view": "Inspiration"})

        assert card_ids(at, "gallery.inspiration.grid") == [str(mine.id)]
        assert str(theirs.id) not in card_ids(at, "gallery.inspiration.grid")
        assert cards(at, "gallery.inspiration.grid")[0]["kind"] == "Inspiration"
        assert card_ids(page(GALLERY, actor), GRID) == []

    def test_says_on_the_cards_what_was_said_of_pictures(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.reviews.set_state(actor, [oldest], ReviewState.APPROVED)
        painting.reviews.rate(actor, [newest], 4)
        painting.reviews.pin(actor, [newest], is_pinned=True)

        at = page(GALLERY, actor)

        said = [(card["review"], card["rating"], card["is_pinned"]) for card in cards(at, GRID)]
        assert said == [("unreviewed", 4, True), ("approved", 0, False)]

    @pytest.mark.slow
    def test_goes_through_the_pages_and_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        for _ in range(9):
            made = pictures(painting, actor, 12)
        at = page(GALLERY, actor)

        at.button(key="after.next").click().run()
        second_page = card_ids(at, GRID)
        at.button(key="after.previous").click().run()

        assert second_page == [str(asset_id) for asset_id in made[100:]]
        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made[:100]]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"view": "Trash"}, "trash is empty"),
        ({"view": "Uploaded"}, "No uploads"),
        ({"view": "inspiration"}, "No inspiration"),
        ({"review": "rejected"}, "No picture matches all of these filters"),
        ({"text": "giraffe"}, "Try another word"),
    ],
)
def test_says_why_it_is_empty(
    page: PageRunner, actor: Actor, query: dict[str, str], sentence: str
) -> None:
    at = page(GALLERY, actor, query)

    assert sentence in words(at)


class TestFilters:
    def test_narrow_it_by_the_address_and_are_taken_away_by_a_chip(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.reviews.set_state(actor, [oldest], ReviewState.APPROVED)

        at = page(GALLERY, actor, {"review": "approved,needs_edit"})

        assert card_ids(at, GRID) == [str(oldest)]
        chip = at.button(key="gallery.chip.review_states")
        assert chip.label == "Approved or Needs edit"

        chip.click().run()

        assert card_ids(at, GRID) == [str(newest), str(oldest)]
        assert address(at, "review") == ""

    @pytest.mark.parametrize(
        ("query", "label"),
        [
            ({"sku": "OAK-1"}, "SKU: OAK-1"),
            ({"tag": "summer *bold*"}, "Tag: summer *bold*"),
            ({"product": "999999"}, "Product: not there any more"),
            ({"category": "999999"}, "Category: not there any more"),
            ({"collection": "999999"}, "Collection: not there any more"),
            ({"preset": "999999"}, "Preset: not there any more"),
            ({"by": "999999"}, "By not there any more"),
            ({"model": "compositor"}, "Model: Local compositor"),
            ({"template": "scene@1"}, "Template: scene@1"),
            ({"rating": "4"}, "4 stars or more"),
            ({"pinned": "yes"}, "Pinned"),
            ({"aspect": "4:5"}, "4:5"),
            ({"longest": "2000"}, "2,000 px and more"),
            ({"since": "2026-01-31"}, "From 2026-01-31"),
            ({"until": "2026-02-28"}, "Until 2026-02-28"),
            ({"cost": "50000"}, "Cost at most $0.0500"),
            ({"tool": "packshot"}, "Packshot"),
            ({"origin": "edited"}, "Tool"),
            ({"stack": "collapsed"}, "Only tops of stacks"),
            ({"job": "7"}, "Job 7"),
        ],
    )
    def test_each_has_a_chip_in_words(
        self, page: PageRunner, actor: Actor, query: dict[str, str], label: str
    ) -> None:
        at = page(GALLERY, actor, query)

        chips = [one.label for one in at.button if (one.key or "").startswith("gallery.chip.")]
        assert [plain(chip) for chip in chips] == [label]

    def test_open_stacks_say_so(self, page: PageRunner, actor: Actor) -> None:
        at = page(GALLERY, actor, {"stack": "collapsed", "rating": "4"})

        chip = at.button(key="gallery.chip.stack").label
        assert plain(chip) == "Stacks are open while other filters are set"

    def test_nonsense_in_the_address_narrows_nothing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        query = {"review": "great", "rating": "9", "aspect": "x", "sort": "luck", "size": "huge",
                 "view": "moon", "since": "31.1.", "product": "-1"}  # fmt: skip

        at = page(GALLERY, actor, query)

        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made]

    def test_all_can_be_chosen_in_the_panel(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.assets.add_tags(actor, [newest], ["summer"])
        at = page(GALLERY, actor, run=False)
        at.session_state["gallery.filters"] = True
        at.run()

        labels = {one.label for one in (*at.selectbox, *at.button_group, *at.text_input,
                  *at.number_input, *at.date_input)}  # fmt: skip
        assert labels >= {
            "Review", "Stars", "Pin", "Product", "SKU", "Category", "Collection", "Tag", "Person",
            "Image model", "Preset", "Prompt template", "Tool", "Cost at most ($)", "Shape",
            "Size", "From", "Until", "Came by", "Near duplicates",
        }  # fmt: skip

        at.selectbox(key="gallery.filter.tag").set_value("summer").run()

        assert card_ids(at, GRID) == [str(newest)]
        assert address(at, "tag") == "summer"

    def test_a_search_is_in_the_address(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.assets.set_title(actor, newest, "Aurora in the morning")
        at = page(GALLERY, actor)

        at.text_input(key="gallery.search").set_value("aurora").run()

        assert card_ids(at, GRID) == [str(newest)]
        assert address(at, "text") == "aurora"

    def test_another_view_leaves_out_filters_that_find_nothing_there(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        upload = services.assets.upload(actor, PhotoUpload("wall.jpg", photo_bytes()))
        at = page(GALLERY, actor, {"review": "approved"})

        at.segmented_control(key="gallery.view").set_value("uploaded").run()

        assert card_ids(at, "gallery.uploaded.grid") == [str(upload.id)]
        assert (address(at, "view"), address(at, "review")) == ("uploaded", "")

    def test_sort_and_look_are_in_the_address(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(GALLERY, actor)

        at.selectbox(key="gallery.sort").set_value("oldest").run()
        at.segmented_control(key="gallery.density").set_value("small").run()
        at.segmented_control(key="gallery.shape").set_value("original").run()

        assert card_ids(at, GRID) == [str(oldest), str(newest)]
        shown = [address(at, name) for name in ("sort", "size", "shape")]
        assert shown == ["oldest", "small", "original"]

    def test_are_kept_as_a_view_of_the_gallery(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(GALLERY, actor, {"review": "unreviewed", "size": "small"}, run=False)
        at.session_state["gallery.views"] = True
        at.run()

        at.text_input(key="views.new.name").set_value("To *judge*")
        at.button(key="views.new.send").click().run()

        [view] = services.saved_views.list(actor, "gallery")
        assert (view.name, view.query) == (
            "To *judge*", {"review": "unreviewed", "size": "small"},
        )  # fmt: skip
        assert r"To \*judge\*" in links(at)


class TestSelection:
    def test_ticks_everything_on_the_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)

        at.button(key="gallery.select_page").click().run()

        assert at.button(key="gallery.clear").label == "2 selected"
        assert "gallery.select_page" not in buttons(at)

    def test_stays_where_it_is_while_filters_change(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.reviews.set_state(actor, [oldest], ReviewState.APPROVED)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)

        at.query_params["review"] = "approved"
        at.run()
        click_card(at, GRID, "select", oldest)

        assert at.button(key="gallery.clear").label == "2 selected"
        at.button(key="gallery.clear").click().run()
        assert grid_ticks(at, GRID)[0] == set()

    @pytest.mark.slow
    def test_reaches_all_that_match_beyond_the_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        for _ in range(9):
            made = pictures(painting, actor, 12)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", made[0])
        at.button(key="gallery.select_page").click().run()

        at.button(key="gallery.select_all").click().run()
        assert at.button(key="gallery.clear").label == "108 selected"
        at.button(key="gallery.approve").click().run()

        wanted = AssetFilter(review_states=(ReviewState.APPROVED,))
        assert painting.assets.count(actor, wanted) == 108
        assert "108 pictures approved" in words(at)

    def test_tells_what_may_not_be_approved_by_who_made_it(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        at = ticked(page(GALLERY, actor), made)
        painting.reviews.set_forbids_own_approval(actor, forbids=True)

        at.button(key="gallery.approve").click().run()

        assert "0 pictures approved. 2 pictures were skipped: you made it yourself" in words(at)
        assert painting.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    def test_rates_and_pins(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        made = pictures(painting, actor)

        choose(page(GALLERY, actor), made, "gallery.rate", "★★★★")
        choose(page(GALLERY, actor), made, "gallery.pin", "Pin")

        reviews = [painting.assets.get(actor, one).review for one in made]
        assert [(one.rating, one.is_pinned) for one in reviews] == [(4, True), (4, True)]

    def test_a_refusal_is_a_sentence_and_changes_nothing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        at = ticked(page(GALLERY, actor), made)
        # Their role changes while the page is open.
        as_role(painting, actor, Role.VIEWER)

        at.button(key="gallery.approve").click().run()

        assert painting.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED


def ticked(at: AppTest, ids: list[int]) -> AppTest:
    """Tick these pictures."""
    for asset_id in ids:
        click_card(at, GRID, "select", asset_id)
    return at


def choose(at: AppTest, ids: list[int], key: str, option: str) -> None:
    """Tick pictures and choose from a menu of the bar."""
    ticked(at, ids).menu_button(key=key).click(option).run()


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.VIEWER, {"gallery.compare"}, {"gallery.approve", "gallery.more", "gallery.delete"}),
        (Role.REVIEWER, {"gallery.approve", "gallery.review"}, {"gallery.more", "gallery.delete"}),
        (Role.EDITOR, {"gallery.approve", "gallery.more", "gallery.delete"}, set()),
    ],
)
def test_each_role_sees_what_it_may_do(
    page: PageRunner,
    painting: Services,
    actor: Actor,
    role: Role,
    shown: set[str],
    hidden: set[str],
) -> None:
    made = pictures(painting, actor)
    as_role(painting, actor, role)

    at = ticked(page(GALLERY, actor), made)

    keys = buttons(at) | {menu.key for menu in at.menu_button}
    assert shown <= keys
    assert not hidden & keys


class TestDialogs:
    @pytest.mark.parametrize(
        ("key", "title"),
        [
            ("gallery.download", "Export pictures"),
            ("gallery.share", "Share pictures"),
            ("gallery.tools", "Edit pictures"),
        ],
    )
    def test_lead_to_what_hands_out_and_edits_pictures(
        self, page: PageRunner, painting: Services, actor: Actor, key: str, title: str
    ) -> None:
        made = pictures(painting, actor)

        at = open_dialog(page(GALLERY, actor), made, key)

        assert [dialog.proto.dialog.title for dialog in at.get("dialog")] == [title]

    def test_judge_with_reason_and_note(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        at = open_dialog(page(GALLERY, actor), made, "gallery.review")

        at.segmented_control(key="gallery.review.state").set_value(ReviewState.REJECTED)
        at.button(key="gallery.review").click().run()
        at.pills(key="gallery.review.why").set_value("scale")
        at.text_area(key="gallery.review.note").set_value("Twice as large")
        send(at, "gallery.review")

        reviews = [painting.assets.get(actor, one).review for one in made]
        assert [(one.state, one.reason, one.note) for one in reviews] == 2 * [
            (ReviewState.REJECTED, "scale", "Twice as large")
        ]

    def test_tags_are_added_and_undone(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.assets.add_tags(actor, [oldest], ["winter"])
        at = choose_further(ticked(page(GALLERY, actor), [newest, oldest]), "Tags").run()

        at.multiselect(key="gallery.tags.add").set_value(["winter"])
        choose_further(at, "Tags").run()
        choose_further(at, "Tags").button(key="gallery.tags.go").click().run()
        assert [painting.assets.get(actor, one).tags for one in (newest, oldest)] == [
            ("winter",), ("winter",),
        ]  # fmt: skip

        at.button(key="gallery.undo").click().run()

        assert [painting.assets.get(actor, one).tags for one in (newest, oldest)] == [
            (), ("winter",),
        ]  # fmt: skip

    def test_another_product_is_chosen_and_undone(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        before = painting.assets.get(actor, made[0]).product_id
        [table] = products(painting, actor, "Oak table")
        at = choose_further(ticked(page(GALLERY, actor), made), "Move to a product").run()

        at.radio(key="gallery.move.product").set_value(table)
        choose_further(at, "Move to a product").run()
        choose_further(at, "Move to a product").button(key="gallery.move.go").click().run()
        assert {painting.assets.get(actor, one).product_id for one in made} == {table}

        at.button(key="gallery.undo").click().run()

        assert {painting.assets.get(actor, one).product_id for one in made} == {before}


def send(at: AppTest, key: str) -> AppTest:
    """Send the dialog: AppTest closes a dialog at each run, so its opener goes along."""
    at.button(key=key).click()
    at.button(key=f"{key}.go").click()
    return at.run()


def choose_further(at: AppTest, option: str) -> AppTest:
    """Choose from the bar's last menu, without running the page."""
    at.menu_button(key="gallery.more").click(option)
    return at


def open_dialog(at: AppTest, ids: list[int], key: str) -> AppTest:
    """Tick pictures and open a dialog of the bar."""
    ticked(at, ids)
    return at.button(key=key).click().run()


class TestTrash:
    def test_takes_what_is_ticked_and_gives_it_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)

        at.button(key="gallery.delete").click().run()

        assert card_ids(at, GRID) == [str(oldest)]

        at.button(key="gallery.undo").click().run()

        assert card_ids(at, GRID) == [str(newest), str(oldest)]

    def test_tells_and_takes_back_only_what_it_did_itself(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = ticked(page(GALLERY, actor), [newest, oldest])
        # A colleague was faster with one of them.
        painting.assets.trash(actor, [oldest])

        at.button(key="gallery.delete").click().run()
        assert "1 picture moved to the trash." in words(at)
        at.button(key="gallery.undo").click().run()

        assert painting.assets.get(actor, newest).trashed_at is None
        assert painting.assets.get(actor, oldest).trashed_at is not None

    def test_restores_what_lies_in_it(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.assets.trash(actor, [newest])
        at = page(GALLERY, actor, {"view": "Trash"})
        click_card(at, "gallery.trash.grid", "select", newest)

        at.button(key="gallery.restore").click().run()

        assert painting.assets.get(actor, newest).trashed_at is None

    def test_offers_no_undo_of_what_was_restored_already(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)
        at.button(key="gallery.delete").click().run()
        at.segmented_control(key="gallery.view").set_value("trash").run()
        click_card(at, "gallery.trash.grid", "select", newest)

        at.button(key="gallery.restore").click().run()
        at.segmented_control(key="gallery.view").set_value("results").run()

        assert "gallery.undo" not in buttons(at)

    def test_opens_a_picture_on_its_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.assets.trash(actor, [newest])
        at = page(GALLERY, actor, {"view": "trash"})

        click_card(at, "gallery.trash.grid", "open", newest)

        assert address(at, "id") == str(newest)
