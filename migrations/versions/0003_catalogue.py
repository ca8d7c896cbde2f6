"""Add what the catalogue and the studio need: facts, reviews, imports, tasks, presets, sessions.

Products that were there are counted and folded as new ones will be.
"""

import json
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Apply the change."""
    _add_imports()
    _add_catalogue()
    _add_studio()
    _widen("workspaces", [("defaults", _JSON, "{}")])
    _widen(
        "categories",
        [
            ("parent_id", _ID, None),
            ("description", sa.Text(), ""),
            ("position", sa.Integer(), 0),
            ("defaults", _JSON, "{}"),
            ("scene_defaults", _JSON, "{}"),
            ("created_at", _MOMENT, _NOW),
            ("updated_at", _MOMENT, _NOW),
        ],
        {"parent_id": "categories"},
    )
    _fold_categories()
    _widen(
        "collections",
        [
            ("name_key", sa.String(120), ""),
            ("status", sa.String(16), "draft"),
            ("filter", _JSON, None),
            ("defaults", _JSON, "{}"),
            ("created_by", _ID, None),
            ("archived_at", _MOMENT, None),
        ],
        {"created_by": "users"},
        {"status": "status in ('draft', 'in_progress', 'completed')"},
    )
    _fold_collection_names()
    with op.batch_alter_table("collection_products") as batch:
        batch.create_index(
            "ix_collection_products_order", ["collection_id", "position", "product_id"]
        )
    _widen(
        "generation_submissions",
        [("session_id", _ID, None)],
        {"session_id": "studio_sessions"},
    )
    _widen(
        "generation_jobs",
        [
            ("shot_id", _ID, None),
            ("preset_id", _ID, None),
            ("preset_version", sa.Integer(), None),
            ("sources", _JSON, "{}"),
            ("template", sa.String(60), ""),
        ],
        {"shot_id": "collection_shots", "preset_id": "presets"},
    )
    _widen_assets()
    _widen_products()


_NOW = "now"
_Column = tuple[str, sa.types.TypeEngine[object], object]


def _widen(
    table: str,
    columns: Sequence[_Column],
    keys: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
) -> None:
    """Add columns; those with a value are filled with it and may not be empty."""
    for name, kind, _ in columns:
        op.add_column(table, sa.Column(name, kind))
    filled = [(name, kind, value) for name, kind, value in columns if value is not None]
    if filled:
        # Not as parameters: an offline script must hold them too.
        pairs = ", ".join(f"{name} = {_literal(value)}" for name, _, value in filled)
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


def _fold_categories() -> None:
    """Make names unique whatever their case; of two that were there the later gets a number."""
    op.add_column("categories", sa.Column("name_key", sa.String(400)))
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, workspace_id, name FROM categories ORDER BY id"))
    stored = found.all()
    with op.batch_alter_table("categories", table_kwargs=_KEPT) as batch:
        batch.drop_constraint(op.f("uq_categories_workspace_id_name"), type_="unique")
    names = {(workspace_id, name) for _, workspace_id, name in stored}
    taken: set[tuple[int, str]] = set()
    for category_id, workspace_id, name in stored:
        own, number = name, 1
        # A number that somebody gave by hand is left to them.
        while (workspace_id, _name_key(own)) in taken or (
            number > 1 and (workspace_id, own) in names
        ):
            number += 1
            own = f"{name[:110]} ({number})"
        taken.add((workspace_id, _name_key(own)))
        connection.execute(
            sa.text("UPDATE categories SET name = :name, name_key = :name_key WHERE id = :id"),
            {"name": own, "name_key": _name_key(own), "id": category_id},
        )
    with op.batch_alter_table("categories", table_kwargs=_KEPT) as batch:
        batch.alter_column("name_key", existing_type=sa.String(400), nullable=False)
        batch.create_unique_constraint(
            op.f("uq_categories_workspace_id_name_key"), ["workspace_id", "name_key"]
        )


def _name_key(name: str) -> str:
    invisible = {ord(char): None for char in "\u00ad\u200c\u200d"}
    plain = unicodedata.normalize("NFC", name).translate(invisible).casefold()
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def _literal(value: object) -> str:
    if value == _NOW:
        return "CURRENT_TIMESTAMP"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f"'{value}'"


def _widen_assets() -> None:
    with op.batch_alter_table("assets", table_kwargs=_KEPT) as batch:
        batch.drop_constraint(op.f("ck_assets_origin"), type_="check")
    _widen(
        "assets",
        [
            ("review_state", sa.String(16), "unreviewed"),
            ("review_reason", sa.String(40), ""),
            ("review_note", sa.Text(), ""),
            ("reviewed_by", _ID, None),
            ("reviewed_at", _MOMENT, None),
            ("rating", sa.Integer(), 0),
            ("is_pinned", sa.Boolean(), False),
            ("tags", _JSON, "[]"),
            ("credit", _JSON, None),
            ("purged_at", _MOMENT, None),
            ("is_emptied", sa.Boolean(), False),
        ],
        {"reviewed_by": "users"},
        {
            "origin": "origin in ('uploaded', 'generated', 'inspiration')",
            "review_state": "review_state in ('unreviewed', 'approved', 'needs_edit', 'rejected')",
        },
    )
    op.create_index(
        "ix_assets_reviewed",
        "assets",
        ["workspace_id", "review_state", "origin", "created_at", "id"],
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_index(
        "ix_assets_of_product",
        "assets",
        ["workspace_id", "product_id", "origin", "created_at", "id"],
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )


def _widen_products() -> None:
    _widen(
        "products",
        [
            ("materials", _JSON, "[]"),
            ("colours", _JSON, "[]"),
            ("name_key", _sorted_text(200), ""),
            ("price_key", sa.BigInteger(), -1),
            ("source", sa.String(16), "entered"),
            ("import_id", _ID, None),
            ("defaults", _JSON, "{}"),
            ("photo_count", sa.Integer(), 0),
            ("approved_count", sa.Integer(), 0),
            ("version", sa.Integer(), 1),
            ("created_by", _ID, None),
            ("archived_at", _MOMENT, None),
            ("purged_at", _MOMENT, None),
        ],
        {"created_by": "users", "import_id": "imports"},
        {"source": "source in ('entered', 'imported', 'sample')"},
    )
    op.execute(
        "UPDATE products SET photo_count = (SELECT count(*) FROM product_photos"
        " WHERE product_photos.product_id = products.id)"
    )
    op.execute(
        "UPDATE products SET search_text = ' ' || search_text || ' ',"
        " price_key = coalesce(CAST(round(price * 100) AS bigint), -1)"
    )
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, workspace_id, name, tags FROM products"))
    for product_id, workspace_id, name, tags in found.all():
        connection.execute(
            sa.text("UPDATE products SET name_key = :name_key WHERE id = :id"),
            {"name_key": _fold(name)[:200], "id": product_id},
        )
        known = json.loads(tags) if isinstance(tags, str) else tags
        for tag in {_fold(tag)[:160] for tag in known} - {""}:
            connection.execute(
                sa.text(
                    "INSERT INTO product_tags (product_id, tag, workspace_id)"
                    " VALUES (:product_id, :tag, :workspace_id)"
                ),
                {"product_id": product_id, "tag": tag, "workspace_id": workspace_id},
            )

    _index_products()
    if connection.dialect.name == "sqlite":
        _search_on_sqlite()
    else:
        _search_on_postgresql()


_SHELF = "trashed_at IS NULL AND archived_at IS NULL"


def _sorted_text(max_chars: int) -> sa.types.TypeEngine[object]:
    return sa.String(max_chars).with_variant(sa.String(max_chars, collation="C"), "postgresql")


def _index_products() -> None:
    for name, columns, where in (
        ("shelf_updated", ("updated_at", "id"), _SHELF),
        ("shelf_created", ("created_at", "id"), _SHELF),
        ("shelf_name", ("name_key", "id"), _SHELF),
        ("shelf_sku", ("sku", "id"), _SHELF),
        ("shelf_price", ("price_key", "id"), _SHELF),
        ("shelf_source", ("source",), _SHELF),
        ("shelf_photos", ("photo_count",), _SHELF),
        ("shelf_approved", ("approved_count",), _SHELF),
        ("archived", ("updated_at", "id"), "trashed_at IS NULL AND archived_at IS NOT NULL"),
        ("trashed", ("updated_at", "id"), "trashed_at IS NOT NULL"),
    ):
        op.create_index(
            f"ix_products_{name}",
            "products",
            ["workspace_id", *columns],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _search_on_sqlite() -> None:
    # The index knows only which threes of characters a text holds, and leaves the text where it is.
    # A later migration that makes `products` anew must make these triggers anew too.
    op.execute(
        "CREATE VIRTUAL TABLE products_search USING fts5(search_text, content='products',"
        " content_rowid='id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )
    gone = (
        "INSERT INTO products_search (products_search, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text);"
    )
    new = "INSERT INTO products_search (rowid, search_text) VALUES (new.id, new.search_text);"
    op.execute(f"CREATE TRIGGER products_search_add AFTER INSERT ON products BEGIN {new} END")
    op.execute(f"CREATE TRIGGER products_search_remove AFTER DELETE ON products BEGIN {gone} END")
    op.execute(
        "CREATE TRIGGER products_search_change AFTER UPDATE OF search_text ON products"
        f" WHEN old.search_text IS NOT new.search_text BEGIN {gone} {new} END"
    )
    op.execute("INSERT INTO products_search (products_search) VALUES ('rebuild')")


def _search_on_postgresql() -> None:
    op.execute('ALTER TABLE products ALTER COLUMN sku TYPE VARCHAR(80) COLLATE "C"')
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:
        # The role may not install it. Searching works without the index too, only slower.
        return
    op.execute("CREATE INDEX products_search ON products USING gin (search_text gin_trgm_ops)")


def _fold_collection_names() -> None:
    connection = op.get_bind()
    for collection_id, name in connection.execute(
        sa.text("SELECT id, name FROM collections")
    ).all():
        connection.execute(
            sa.text("UPDATE collections SET name_key = :name_key WHERE id = :id"),
            {"name_key": _fold(name)[:120], "id": collection_id},
        )


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.split())


def _add_studio() -> None:
    op.create_table(
        "unsplash_answers",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("answer", _JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unsplash_answers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("unsplash_answers") as batch:
        batch.create_index(batch.f("ix_unsplash_answers_at"), ["at"])
    op.create_table(
        "unsplash_calls",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsplash_calls")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("unsplash_calls") as batch:
        batch.create_index("ix_unsplash_calls_when", ["at"])
    op.create_table(
        "presets",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("layer", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("trashed_at", _MOMENT),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_presets_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_presets_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presets")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("presets") as batch:
        batch.create_index(batch.f("ix_presets_created_by"), ["created_by"])
        batch.create_index("ix_presets_named", ["workspace_id", "name"])
    op.create_table(
        "preset_versions",
        sa.Column("preset_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("layer", _JSON, nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_preset_versions_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["preset_id"],
            ["presets.id"],
            name=op.f("fk_preset_versions_preset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("preset_id", "version", name=op.f("pk_preset_versions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("preset_versions") as batch:
        batch.create_index(batch.f("ix_preset_versions_created_by"), ["created_by"])
    op.create_table(
        "studio_sessions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("trashed_at", _MOMENT),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_studio_sessions_created_by"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_studio_sessions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_sessions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("studio_sessions") as batch:
        batch.create_index(batch.f("ix_studio_sessions_created_by"), ["created_by"])
        batch.create_index(
            "ix_studio_sessions_newest", ["workspace_id", "created_by", "updated_at", "id"]
        )
    op.create_table(
        "brand_kits",
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("palette", _JSON, nullable=False),
        sa.Column("words", _JSON, nullable=False),
        sa.Column("banned", _JSON, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("logo_asset_id", _ID),
        sa.Column("updated_by", _ID),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["logo_asset_id"],
            ["assets.id"],
            name=op.f("fk_brand_kits_logo_asset_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name=op.f("fk_brand_kits_updated_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_brand_kits_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_brand_kits")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("brand_kits") as batch:
        batch.create_index(batch.f("ix_brand_kits_logo_asset_id"), ["logo_asset_id"])
        batch.create_index(batch.f("ix_brand_kits_updated_by"), ["updated_by"])


def _add_imports() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(80), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("crash_count", sa.Integer(), nullable=False),
        sa.Column("checkpoint", _JSON, nullable=False),
        sa.Column("result", _JSON, nullable=False),
        sa.Column("claimed_by", sa.String(40)),
        sa.Column("run_at", _MOMENT, nullable=False),
        sa.Column("cancel_asked_at", _MOMENT),
        sa.Column("failure", sa.Text()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.CheckConstraint(
            "status in ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_tasks_status"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_tasks_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_tasks_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tasks") as batch:
        batch.create_index(
            "ix_tasks_active",
            ["status", "run_at"],
            sqlite_where=sa.text("status IN ('queued', 'running')"),
            postgresql_where=sa.text("status IN ('queued', 'running')"),
        )
        batch.create_index(batch.f("ix_tasks_created_by"), ["created_by"])
        batch.create_index("ix_tasks_newest", ["workspace_id", "created_at", "id"])
    op.create_table(
        "imports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("task_id", _ID),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("storage_key", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reading", _JSON, nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("mapping", _JSON, nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("undone_at", _MOMENT),
        sa.CheckConstraint("kind in ('products', 'photos')", name=op.f("ck_imports_kind")),
        sa.CheckConstraint(
            "status in ('new', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled',"
            " 'undoing', 'undone')",
            name=op.f("ck_imports_status"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_imports_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_imports_task_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_imports_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("imports") as batch:
        batch.create_index(batch.f("ix_imports_created_by"), ["created_by"])
        batch.create_index("ix_imports_newest", ["workspace_id", "created_at", "id"])
        batch.create_index(batch.f("ix_imports_task_id"), ["task_id"])
    op.create_table(
        "import_mappings",
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("headers_hash", sa.String(64), nullable=False),
        sa.Column("mapping", _JSON, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_import_mappings_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "headers_hash", name=op.f("pk_import_mappings")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "import_lines",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("sku", sa.String(80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("product_id", _ID),
        sa.Column("before", _JSON),
        sa.Column("after", _JSON),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('create', 'change', 'skip', 'refuse')",
            name=op.f("ck_import_lines_outcome"),
        ),
        sa.CheckConstraint("subject in ('product', 'photo')", name=op.f("ck_import_lines_subject")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_lines_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_import_lines_product_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_import_lines_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_lines")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_lines") as batch:
        batch.create_index("ix_import_lines_listed", ["import_id", "outcome", "line"])
        batch.create_index(batch.f("ix_import_lines_product_id"), ["product_id"])
        batch.create_index(batch.f("ix_import_lines_workspace_id"), ["workspace_id"])


def _add_catalogue() -> None:
    op.create_table(
        "category_removals",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("category_id", _ID, nullable=False),
        sa.Column("target_id", _ID),
        sa.Column("is_merge", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("product_count", sa.Integer(), nullable=False),
        sa.Column("snapshot", _JSON, nullable=False),
        sa.Column("removed_by", _ID),
        sa.Column("removed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["removed_by"],
            ["users.id"],
            name=op.f("fk_category_removals_removed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_category_removals_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_removals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("category_removals") as batch:
        batch.create_index("ix_category_removals_newest", ["workspace_id", "removed_at"])
        batch.create_index(batch.f("ix_category_removals_removed_by"), ["removed_by"])
    op.create_table(
        "saved_views",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", _JSON, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_saved_views_created_by"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_saved_views_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("saved_views") as batch:
        batch.create_index(batch.f("ix_saved_views_created_by"), ["created_by"])
        batch.create_index("ix_saved_views_page", ["workspace_id", "page", "name"])
    op.create_table(
        "collection_shots",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("collection_id", _ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("defaults", _JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_shots_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_collection_shots_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_shots")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("collection_shots") as batch:
        batch.create_index(batch.f("ix_collection_shots_collection_id"), ["collection_id"])
        batch.create_index(batch.f("ix_collection_shots_workspace_id"), ["workspace_id"])
    op.create_table(
        "product_tags",
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("tag", sa.String(160), nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_tags_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_product_tags_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "tag", name=op.f("pk_product_tags")),
    )
    with op.batch_alter_table("product_tags") as batch:
        batch.create_index("ix_product_tags_found", ["workspace_id", "tag", "product_id"])
    op.create_table(
        "collection_covers",
        sa.Column("collection_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_collection_covers_asset_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_covers_collection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", name=op.f("pk_collection_covers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("collection_covers") as batch:
        batch.create_index(batch.f("ix_collection_covers_asset_id"), ["asset_id"])
    op.create_table(
        "photo_checks",
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("findings", _JSON, nullable=False),
        sa.Column("measures", _JSON, nullable=False),
        sa.Column("phash", sa.String(16), nullable=False),
        sa.Column("band_0", sa.Integer(), nullable=False),
        sa.Column("band_1", sa.Integer(), nullable=False),
        sa.Column("band_2", sa.Integer(), nullable=False),
        sa.Column("band_3", sa.Integer(), nullable=False),
        sa.Column("checked_at", _MOMENT, nullable=False),
        sa.Column("overridden_by", _ID),
        sa.Column("overridden_at", _MOMENT),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict in ('good', 'usable', 'poor')", name=op.f("ck_photo_checks_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_photo_checks_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["overridden_by"],
            ["users.id"],
            name=op.f("fk_photo_checks_overridden_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_photo_checks_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_photo_checks")),
    )
    with op.batch_alter_table("photo_checks") as batch:
        batch.create_index("ix_photo_checks_verdict", ["workspace_id", "verdict", "asset_id"])
        batch.create_index("ix_photo_checks_band_0", ["workspace_id", "band_0"])
        batch.create_index("ix_photo_checks_band_1", ["workspace_id", "band_1"])
        batch.create_index("ix_photo_checks_band_2", ["workspace_id", "band_2"])
        batch.create_index("ix_photo_checks_band_3", ["workspace_id", "band_3"])
        batch.create_index(batch.f("ix_photo_checks_overridden_by"), ["overridden_by"])
    op.create_table(
        "shot_pictures",
        sa.Column("shot_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_shot_pictures_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shot_id"],
            ["collection_shots.id"],
            name=op.f("fk_shot_pictures_shot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shot_id", "asset_id", name=op.f("pk_shot_pictures")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("shot_pictures") as batch:
        batch.create_index(batch.f("ix_shot_pictures_asset_id"), ["asset_id"])
