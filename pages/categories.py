"""All categories of the workspace as a tree, with how many products they have."""

from ui.access import require_actor
from ui.components.category_dialogs import act_on, create_category
from ui.components.category_removals import show_removals
from ui.components.category_tree import show_category_tree
from ui.components.empty import empty_state
from ui.components.header import page_header
from ui.context import services

actor = require_actor()
actions = page_header("Categories", "Kinds of products, and how pictures of each kind look.")
if actor.role.may_edit and actions.button(
    "New category", icon=":material/add:", type="primary", key="categories.new"
):
    create_category()

# Read
tree = services().categories.tree(actor)

# Draw
if tree:
    asked = show_category_tree(tree, key="categories.tree", may_edit=actor.role.may_edit)
    if asked is not None:
        act_on(asked, tree)
else:
    row = empty_state(
        "account_tree",
        "No categories yet",
        "They come with your products, or you make a tree of your own, such as Furniture with "
        "Chairs and Tables inside.",
    )
    if actor.role.may_edit and row.button(
        "New category", icon=":material/add:", key="categories.first"
    ):
        create_category()
show_removals(actor)
