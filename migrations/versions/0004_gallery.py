"""Add what the gallery and the image tools need: tags, comments, shares, exports, analyses.

Pictures that were there repeat what their job and the ledger say of them, as new ones will.
"""

import json
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Apply the change."""
    _add_talk()
    _add_exports()
    _add_eyes()
    _widen("workspaces", [("forbids_own_approval", sa.Boolean(), "false")])
    # Added alone, without making the table anew: its search index hangs on it.
    op.add_column("products", sa.Column("seen", _JSON))
    _free_jobs()
    _widen_assets()


def _widen(
    table: str,
    columns: Sequence[tuple[str, sa.types.TypeEngine[object], str | None]],
    keys: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
) -> None:
    """Add columns; those with a value, an SQL literal, are filled with it and may not be empty."""
    for name, kind, _ in columns:
        op.add_column(table, sa.Column(name, kind))
    filled = [(name, kind, value) for name, kind, value in columns if value is not None]
    pairs = ", ".join(f"{name} = {value}" for name, _, value in filled)
    op.execute(f"UPDATE {table} SET {pairs}")  # noqa: S608 - all of it is written here
    with op.batch_alter_table(table, table_kwargs=_KEPT) as batch:
        for name, kind, _ in filled:
            batch.alter_column(name, existing_type=kind, nullable=False)
        for name, target in (keys or {}).items():
            batch.create_foreign_key(
                op.f(f"fk_{table}_{name}"), target, [name], ["id"], ondelete="SET NULL"
            )
            batch.create_index(op.f(f"ix_{table}_{name}"), [name])
        for name, condition in (checks or {}).items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


def _free_jobs() -> None:
    """Let jobs be of no product, and calls of no slot."""
    with op.batch_alter_table("generation_jobs", table_kwargs=_KEPT) as batch:
        batch.alter_column("product_id", existing_type=_ID, nullable=True)
        batch.drop_constraint(op.f("fk_generation_jobs_product_id"), type_="foreignkey")
        batch.create_foreign_key(
            op.f("fk_generation_jobs_product_id"),
            "products",
            ["product_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("provider_calls") as batch:
        batch.add_column(sa.Column("task_id", _ID))
        batch.add_column(sa.Column("product_id", _ID))
        batch.alter_column("slot_id", existing_type=_ID, nullable=True)
        batch.create_index(op.f("ix_provider_calls_task_id"), ["task_id"])
        batch.create_index(op.f("ix_provider_calls_product_id"), ["product_id"])
        batch.create_foreign_key(
            op.f("fk_provider_calls_product_id"),
            "products",
            ["product_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_foreign_key(
            op.f("fk_provider_calls_task_id"), "tasks", ["task_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(
        "ix_provider_calls_asking",
        "provider_calls",
        ["workspace_id"],
        sqlite_where=sa.text("state = 'intent' AND slot_id IS NULL"),
        postgresql_where=sa.text("state = 'intent' AND slot_id IS NULL"),
    )


def _widen_assets() -> None:
    with op.batch_alter_table("assets", table_kwargs=_KEPT) as batch:
        batch.drop_constraint(op.f("ck_assets_origin"), type_="check")
    _widen(
        "assets",
        [
            ("job_id", _ID, None),
            ("preset_id", _ID, None),
            ("stack_id", _ID, None),
            ("image_model", sa.String(80), "''"),
            ("template", sa.String(60), "''"),
            ("cost_micros", sa.BigInteger(), "0"),
            ("is_made", sa.Boolean(), "(origin = 'generated')"),
            ("tool", sa.String(24), "''"),
            ("steps", _JSON, "'[]'"),
            ("title", sa.String(200), "''"),
            ("alt_text", sa.Text(), "''"),
            ("reviewed_as", sa.String(160), "''"),
            (
                "longest_px",
                sa.Integer(),
                "CASE WHEN width_px > height_px THEN width_px ELSE height_px END",
            ),
            ("aspect_permille", sa.Integer(), _ASPECT),
            ("product_key", _sorted_text(300), "''"),
        ],
        {"job_id": "generation_jobs", "preset_id": "presets", "stack_id": "assets"},
        {"origin": "origin in ('uploaded', 'generated', 'edited', 'inspiration')"},
    )
    op.execute(
        "UPDATE assets SET (job_id, preset_id, image_model, template) ="
        " (SELECT generation_jobs.id, generation_jobs.preset_id, generation_jobs.image_model,"
        " generation_jobs.template FROM generation_jobs JOIN generation_slots"
        " ON generation_slots.job_id = generation_jobs.id"
        " WHERE generation_slots.id = assets.slot_id), cost_micros = coalesce("
        "(SELECT sum(provider_calls.cost_micros) FROM provider_calls"
        " WHERE provider_calls.slot_id = assets.slot_id), 0) WHERE slot_id IS NOT NULL"
    )
    _index_assets()
    _fold_assets()
    if op.get_bind().dialect.name == "sqlite":
        _search_on_sqlite()
    else:
        _search_on_postgresql()


_ASPECT = (
    "CASE WHEN width_px < 1 OR height_px < 1 THEN 1000"
    " WHEN width_px * 1000 / height_px > 1000000 THEN 1000000 ELSE width_px * 1000 / height_px END"
)
_INDEXES = (
    (
        "made",
        (
            "is_made",
            "created_at",
            "id",
            "stack_id",
            "product_id",
            "review_state",
            "rating",
            "is_pinned",
            "origin",
            "image_model",
            "preset_id",
            "template",
            "tool",
            "created_by",
            "cost_micros",
            "longest_px",
            "aspect_permille",
            "trashed_at",
        ),
    ),
    ("newest", ("origin", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("reviewed", ("is_made", "review_state", "created_at", "id", "stack_id", "trashed_at")),
    ("of_product", ("product_id", "is_made", "created_at", "id", "stack_id", "trashed_at")),
    ("of_person", ("created_by", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("of_model", ("image_model", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("of_preset", ("preset_id", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("of_template", ("template", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("of_tool", ("tool", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("pinned", ("is_pinned", "created_at", "id", "is_made", "stack_id", "trashed_at")),
    ("aspect", ("aspect_permille",)),
    ("shelf_rating", ("rating", "id")),
    ("shelf_cost", ("cost_micros", "id")),
    ("shelf_product", ("product_key", "id")),
    ("shelf_longest", ("longest_px", "id")),
    ("shelf_judged", ("reviewed_at", "id")),
)


def _sorted_text(max_chars: int) -> sa.types.TypeEngine[object]:
    return sa.String(max_chars).with_variant(sa.String(max_chars, collation="C"), "postgresql")


def _index_assets() -> None:
    for name in ("newest", "reviewed", "of_product"):
        op.drop_index(f"ix_assets_{name}", "assets")
    listed = [(name, columns, "trashed_at IS NULL") for name, columns in _INDEXES]
    for name, columns, where in (
        *listed,
        ("trashed", ("created_at", "id"), "trashed_at IS NOT NULL"),
    ):
        op.create_index(
            f"ix_assets_{name}",
            "assets",
            ["workspace_id", *columns],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _fold_assets() -> None:
    """Let pictures that were there be found by product, tags and note, as new ones are."""
    connection = op.get_bind()
    op.execute("UPDATE assets SET search_text = ' ' || search_text || ' ' WHERE purged_at IS NULL")
    named = connection.execute(
        sa.text(
            "SELECT id, name, sku FROM products WHERE EXISTS"
            " (SELECT 1 FROM assets WHERE assets.product_id = products.id)"
        )
    )
    for product_id, name, sku in named.all():
        key = f"{_fold(name)[:200]} {_fold(sku)[:80]}".strip()
        connection.execute(
            sa.text(
                "UPDATE assets SET product_key = CAST(:key AS text),"
                " search_text = CAST(:key AS text) || search_text"
                " WHERE product_id = :id AND purged_at IS NULL"
            ),
            {"key": key, "id": product_id},
        )
    tagged = connection.execute(
        sa.text(
            "SELECT id, workspace_id, tags, created_at FROM assets"
            " WHERE CAST(tags AS text) <> '[]' AND purged_at IS NULL"
        )
    )
    for asset_id, workspace_id, tags, created_at in tagged.all():
        known = json.loads(tags) if isinstance(tags, str) else tags
        for tag in {_fold(tag)[:160] for tag in known} - {""}:
            connection.execute(
                sa.text(
                    "INSERT INTO asset_tags (asset_id, tag, workspace_id, created_at)"
                    " VALUES (:asset_id, :tag, :workspace_id, :created_at)"
                ),
                {
                    "asset_id": asset_id,
                    "tag": tag,
                    "workspace_id": workspace_id,
                    "created_at": created_at,
                },
            )
            connection.execute(
                sa.text("UPDATE assets SET search_text = search_text || :tag WHERE id = :id"),
                {"tag": f"{tag} ", "id": asset_id},
            )
    noted = connection.execute(
        sa.text("SELECT id, review_note FROM assets WHERE review_note <> '' AND purged_at IS NULL")
    )
    for asset_id, note in noted.all():
        connection.execute(
            sa.text("UPDATE assets SET search_text = search_text || :note WHERE id = :id"),
            {"note": f"{_fold(note)} ", "id": asset_id},
        )


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.split())


def _search_on_sqlite() -> None:
    # As of products: the index knows which threes of characters a text holds, and leaves the text
    # where it is. A later migration that makes `assets` anew must make these triggers anew too.
    op.execute(
        "CREATE VIRTUAL TABLE assets_search USING fts5(search_text, content='assets',"
        " content_rowid='id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )
    gone = (
        "INSERT INTO assets_search (assets_search, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text);"
    )
    new = "INSERT INTO assets_search (rowid, search_text) VALUES (new.id, new.search_text);"
    op.execute(f"CREATE TRIGGER assets_search_add AFTER INSERT ON assets BEGIN {new} END")
    op.execute(f"CREATE TRIGGER assets_search_remove AFTER DELETE ON assets BEGIN {gone} END")
    op.execute(
        "CREATE TRIGGER assets_search_change AFTER UPDATE OF search_text ON assets"
        f" WHEN old.search_text IS NOT new.search_text BEGIN {gone} {new} END"
    )
    op.execute("INSERT INTO assets_search (assets_search) VALUES ('rebuild')")


def _search_on_postgresql() -> None:
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:
        # The role may not install it. Searching works without the index too, only slower.
        return
    op.execute("CREATE INDEX assets_search ON assets USING gin (search_text gin_trgm_ops)")


def _add_talk() -> None:
    op.create_table(
        "share_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("may_comment", sa.Boolean(), nullable=False),
        sa.Column("may_review", sa.Boolean(), nullable=False),
        sa.Column("may_download", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("view_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_share_links_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_share_links_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_links_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("share_links") as batch:
        batch.create_index(op.f("ix_share_links_created_by"), ["created_by"])
        batch.create_index("ix_share_links_newest", ["workspace_id", "created_at", "id"])

    op.create_table(
        "share_pictures",
        sa.Column("share_link_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("verdict_note", sa.Text(), nullable=False),
        sa.Column("verdict_by", sa.String(length=80), nullable=False),
        sa.Column("verdict_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_share_pictures_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["share_link_id"],
            ["share_links.id"],
            name=op.f("fk_share_pictures_share_link_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("share_link_id", "asset_id", name=op.f("pk_share_pictures")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("share_pictures") as batch:
        batch.create_index(op.f("ix_share_pictures_asset_id"), ["asset_id"])

    op.create_table(
        "share_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_share_tries")),
    )
    with op.batch_alter_table("share_tries") as batch:
        batch.create_index("ix_share_tries_since", ["since"])

    op.create_table(
        "asset_comments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("share_link_id", _ID, nullable=True),
        sa.Column("guest_name", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("edited_at", _MOMENT, nullable=True),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_comments_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_asset_comments_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["share_link_id"],
            ["share_links.id"],
            name=op.f("fk_asset_comments_share_link_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_asset_comments_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_comments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("asset_comments") as batch:
        batch.create_index(op.f("ix_asset_comments_created_by"), ["created_by"])
        batch.create_index("ix_asset_comments_order", ["asset_id", "created_at", "id"])
        batch.create_index(op.f("ix_asset_comments_share_link_id"), ["share_link_id"])
        batch.create_index(op.f("ix_asset_comments_workspace_id"), ["workspace_id"])

    op.create_table(
        "comment_mentions",
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["asset_comments.id"],
            name=op.f("fk_comment_mentions_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_comment_mentions_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_comment_mentions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f("pk_comment_mentions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("comment_mentions") as batch:
        batch.create_index(op.f("ix_comment_mentions_user_id"), ["user_id"])


def _add_exports() -> None:
    op.create_table(
        "picture_exports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("task_id", _ID, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("picture_count", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("report", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_picture_exports_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_picture_exports_task_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_picture_exports_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_exports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("picture_exports") as batch:
        batch.create_index(op.f("ix_picture_exports_created_by"), ["created_by"])
        batch.create_index("ix_picture_exports_newest", ["workspace_id", "created_at", "id"])
        batch.create_index(op.f("ix_picture_exports_task_id"), ["task_id"])

    op.create_table(
        "picture_export_items",
        sa.Column("export_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asset_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=240), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_picture_export_items_asset_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["picture_exports.id"],
            name=op.f("fk_picture_export_items_export_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("export_id", "position", name=op.f("pk_picture_export_items")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("picture_export_items") as batch:
        batch.create_index(op.f("ix_picture_export_items_asset_id"), ["asset_id"])


def _add_eyes() -> None:
    op.create_table(
        "analyses",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=True),
        sa.Column("product_id", _ID, nullable=True),
        sa.Column("task_id", _ID, nullable=True),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("vision_model", sa.String(length=80), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("result", _JSON, nullable=False),
        sa.Column("accepted", _JSON, nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind in ('product', 'inspiration', 'alt_text')", name=op.f("ck_analyses_kind")
        ),
        sa.CheckConstraint("method in ('measured', 'model')", name=op.f("ck_analyses_method")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_analyses_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_analyses_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_analyses_product_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_analyses_task_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_analyses_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analyses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("analyses") as batch:
        batch.create_index(op.f("ix_analyses_asset_id"), ["asset_id"])
        batch.create_index(op.f("ix_analyses_created_by"), ["created_by"])
        batch.create_index("ix_analyses_of_asset", ["workspace_id", "asset_id", "kind", "id"])
        batch.create_index("ix_analyses_of_product", ["workspace_id", "product_id", "kind", "id"])
        batch.create_index(op.f("ix_analyses_product_id"), ["product_id"])
        batch.create_index(op.f("ix_analyses_task_id"), ["task_id"])

    op.create_table(
        "asset_looks",
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phash", sa.String(length=16), nullable=False),
        sa.Column("band_0", sa.Integer(), nullable=False),
        sa.Column("band_1", sa.Integer(), nullable=False),
        sa.Column("band_2", sa.Integer(), nullable=False),
        sa.Column("band_3", sa.Integer(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("bucket_0", sa.Integer(), nullable=False),
        sa.Column("bucket_1", sa.Integer(), nullable=False),
        sa.Column("bucket_2", sa.Integer(), nullable=False),
        sa.Column("bucket_3", sa.Integer(), nullable=False),
        sa.Column("is_chosen_top", sa.Boolean(), nullable=False),
        sa.Column("is_alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_looks_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_asset_looks_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_looks")),
    )
    with op.batch_alter_table("asset_looks") as batch:
        batch.create_index("ix_asset_looks_band_0", ["workspace_id", "band_0"])
        batch.create_index("ix_asset_looks_band_1", ["workspace_id", "band_1"])
        batch.create_index("ix_asset_looks_band_2", ["workspace_id", "band_2"])
        batch.create_index("ix_asset_looks_band_3", ["workspace_id", "band_3"])
        batch.create_index("ix_asset_looks_bucket_0", ["workspace_id", "bucket_0", "asset_id"])
        batch.create_index("ix_asset_looks_bucket_1", ["workspace_id", "bucket_1", "asset_id"])
        batch.create_index("ix_asset_looks_bucket_2", ["workspace_id", "bucket_2", "asset_id"])
        batch.create_index("ix_asset_looks_bucket_3", ["workspace_id", "bucket_3", "asset_id"])
        batch.create_index(op.f("ix_asset_looks_workspace_id"), ["workspace_id"])

    op.create_table(
        "asset_masks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_masks_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_asset_masks_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_asset_masks_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_masks")),
        sa.UniqueConstraint("asset_id", "sha256", name=op.f("uq_asset_masks_asset_id_sha256")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_asset_masks_storage_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("asset_masks") as batch:
        batch.create_index(op.f("ix_asset_masks_created_by"), ["created_by"])
        batch.create_index(op.f("ix_asset_masks_workspace_id"), ["workspace_id"])

    op.create_table(
        "asset_tags",
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("tag", sa.String(length=160), nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_tags_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_asset_tags_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("asset_id", "tag", name=op.f("pk_asset_tags")),
    )
    with op.batch_alter_table("asset_tags") as batch:
        batch.create_index("ix_asset_tags_found", ["workspace_id", "tag", "created_at", "asset_id"])
