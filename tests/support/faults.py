"""Faults that are planted into a populated database, past all of its guards."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, create_engine, text

from db.base import UtcDateTime
from tests.support.populated import Populated, Upkeep

_NAME = re.compile(r"(?<![:\w]):([a-z]\w*)")


@dataclass(frozen=True)
class Fault:
    """What is planted, and the code by which it must be found."""

    code: str
    statements: tuple[str, ...]

    def plant(self, upkeep: Upkeep, rows: Populated) -> None:
        """Do the damage."""
        execute(upkeep, rows, *self.statements)


def execute(upkeep: Upkeep, rows: Populated, *statements: str) -> None:
    """Run statements that no constraint may stop.

    `:name` is the id of the row with this name, `:long_ago` a moment an hour ago.
    """
    with _without_guards(upkeep) as connection:
        for statement in statements:
            connection.execute(
                text(statement).bindparams(
                    *(_value(name, rows) for name in set(_NAME.findall(statement)))
                )
            )
    upkeep.engine.dispose()  # what is connected already may know the schema as it was


def _value(name: str, rows: Populated) -> BindParameter[Any]:
    if name == "long_ago":
        return bindparam(name, datetime.now(UTC) - timedelta(hours=1), UtcDateTime())
    return bindparam(name, rows[name])


@contextmanager
def _without_guards(upkeep: Upkeep) -> Iterator[Connection]:
    # An engine of its own: on ours SQLite's foreign keys are always on.
    engine = create_engine(upkeep.engine.url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
    engine.dispose()


def _fault(code: str, *statements: str) -> Fault:
    return Fault(code, statements)


def _event(code: str, slot: str, kind: str, attempt: int) -> Fault:
    statement = (
        "INSERT INTO slot_events (workspace_id, slot_id, attempt, kind, detail, at)"
        " SELECT workspace_id, slot_id, {attempt}, '{kind}', detail, at FROM slot_events"
        " WHERE slot_id = :{slot} ORDER BY id LIMIT 1"
    )
    return _fault(code, statement.format(attempt=attempt, kind=kind, slot=slot))


def _second_call(code: str, call: str) -> Fault:
    statement = (
        "INSERT INTO provider_calls (id, {columns}) SELECT 'copied', {columns}"
        " FROM provider_calls WHERE id = :{call}"
    )
    columns = (
        "workspace_id, slot_id, attempt, image_model, state, request, estimate_micros,"
        " cost_micros, input_tokens, image_tokens, text_tokens, model_version, response_id,"
        " started_at, finished_at"
    )
    return _fault(code, statement.format(columns=columns, call=call))


def _lawless_submissions(code: str) -> Fault:
    """Copy the table, since a copy has no constraints, with one submission twice."""
    submission = "workspace_id, created_by, idempotency_key, request_hash, created_at"
    twice = (
        "INSERT INTO generation_submissions (id, {columns}) SELECT 999, {columns}"
        " FROM generation_submissions WHERE id = :submission_done"
    )
    return _fault(
        code,
        "CREATE TABLE copied AS SELECT * FROM generation_submissions",
        "ALTER TABLE generation_submissions RENAME TO guarded",
        "ALTER TABLE copied RENAME TO generation_submissions",
        twice.format(columns=submission),
    )


_SLOT = "UPDATE generation_slots SET "
_JOB = "UPDATE generation_jobs SET "
_CALL = "UPDATE provider_calls SET "
_ANALYSIS = "UPDATE analyses SET"
_EXPORT = "UPDATE picture_exports SET"
_ASSET = "UPDATE assets SET "
_MASK = "UPDATE asset_masks SET"
_EDITED = (
    "UPDATE assets SET tool = 'edit', steps = "
    """'[{{"tool": "edit", "figures": {{"changed_outside": {}}}}}]'"""
)

ROW_FAULTS = (
    _fault("job_slot_count", "DELETE FROM generation_slots WHERE id = :queued_1"),
    _fault("job_done_without_pictures", f"{_ASSET} slot_id = NULL WHERE id = :picture_done_0"),
    _fault("job_status_differs", f"{_JOB} status = 'succeeded' WHERE id = :partial"),
    _fault("job_status_differs", f"{_JOB} status = 'queued' WHERE id = :running"),
    _fault("job_status_differs", f"{_JOB} status = 'cancelled' WHERE id = :queued"),
    _fault("job_end_differs", f"{_JOB} finished_at = NULL WHERE id = :done"),
    _fault("slot_end_differs", f"{_SLOT} finished_at = NULL WHERE id = :done_0"),
    _fault("slot_without_picture", f"{_ASSET} slot_id = NULL WHERE id = :picture_done_0"),
    _fault("picture_of_unfinished_slot", f"{_SLOT} status = 'failed' WHERE id = :done_0"),
    _fault("slot_without_reason", f"{_SLOT} failure_code = NULL WHERE id = :lost_0"),
    _fault("slot_without_reason", f"{_SLOT} failure = '' WHERE id = :partial_1"),
    _fault("slot_held_wrongly", f"{_SLOT} claimed_by = NULL WHERE id = :running_0"),
    _fault("slot_held_wrongly", f"{_SLOT} claimed_by = 'w' WHERE id = :queued_0"),
    _fault(
        "slot_stuck",
        "DELETE FROM workers",
        f"{_SLOT} claimed_at = :long_ago WHERE id = :running_0",
    ),
    _fault(
        "slot_stuck",
        "UPDATE workers SET lease_until = :long_ago",
        f"{_SLOT} claimed_at = :long_ago WHERE id = :running_0",
    ),
    _fault("cancel_left_queued", f"{_JOB} cancelled_at = :long_ago WHERE id = :queued"),
    _fault("slot_waits", f"{_JOB} paused_at = NULL, image_model = 'idle' WHERE id = :queued"),
    _fault(
        "slot_waits_for_machine",
        f"{_SLOT} spool_id = 'other', claimed_at = :long_ago WHERE id = :running_1",
    ),
    _fault("final_slot_keeps_spool", f"{_SLOT} spool_id = 'one' WHERE id = :done_0"),
    _event("fence_broken", "done_1", "waiting", 1),
    _event("fence_broken", "done_1", "succeeded", 1),
    _event("event_ahead", "running_0", "asked", 9),
    _event("claimed_twice", "running_0", "claimed", 1),
    _event("left_final_state", "lost_0", "claimed", 1),
    _event("left_final_state", "done_0", "queued", 1),
    _event("history_differs", "running_0", "failed", 1),
    _fault(
        "history_differs",
        "DELETE FROM slot_events WHERE slot_id = :done_0 AND kind = 'succeeded'",
    ),
    _fault("reservation_left", f"{_SLOT} reserved_micros = 5 WHERE id = :done_0"),
    _fault("reservation_negative", f"{_SLOT} reserved_micros = -5 WHERE id = :queued_0"),
    _fault(
        "call_left_open",
        f"{_CALL} state = 'intent', cost_micros = 0, finished_at = NULL WHERE id = :call_lost_0_1",
    ),
    _second_call("call_open_twice", "call_running_0_1"),
    _second_call("picture_paid_twice", "call_done_0_1"),
    _second_call("unknown_too_often", "call_lost_0_1"),
    _fault("call_without_picture", f"{_ASSET} slot_id = NULL WHERE id = :picture_done_0"),
    _fault("picture_without_call", f"{_CALL} state = 'failed' WHERE id = :call_done_0_1"),
    _fault(
        "picture_of_other_call",
        f"{_ASSET} storage_key = replace(storage_key, '/or', 'x/or') WHERE id = :picture_done_0",
    ),
    _fault("asset_origin_differs", f"{_ASSET} origin = 'uploaded' WHERE id = :picture_done_0"),
    _fault("call_end_differs", f"{_CALL} finished_at = NULL WHERE id = :call_done_0_1"),
    _fault("call_amount_wrong", f"{_CALL} cost_micros = -1 WHERE id = :call_done_0_1"),
    _fault("call_amount_wrong", f"{_CALL} cost_micros = 7 WHERE id = :call_running_0_1"),
    _fault("call_ahead", f"{_CALL} attempt = 9 WHERE id = :call_done_0_1"),
    _fault("call_model_differs", f"{_CALL} image_model = 'x' WHERE id = :call_done_0_1"),
    _lawless_submissions("submitted_twice"),
    _fault(
        "product_submitted_twice", f"{_JOB} submission_id = :submission_done WHERE id = :partial"
    ),
    _fault(
        "owner_job_submission",
        "UPDATE generation_submissions SET workspace_id = :ben WHERE id = :submission_done",
    ),
    _fault("owner_job_product", f"{_JOB} product_id = :sofa WHERE id = :done"),
    _fault("owner_slot_job", f"{_SLOT} workspace_id = :ben WHERE id = :queued_0"),
    _fault("owner_call_slot", f"{_CALL} workspace_id = :ben WHERE id = :call_done_0_1"),
    _fault(
        "owner_slot_event_slot",
        "UPDATE slot_events SET workspace_id = :ben WHERE slot_id = :done_0",
    ),
    _fault("owner_asset_product", f"{_ASSET} product_id = :sofa WHERE id = :picture_done_0"),
    _fault("owner_asset_slot", f"{_ASSET} workspace_id = :ben WHERE id = :picture_done_0"),
    _fault(
        "owner_asset_parent", f"{_ASSET} parent_asset_id = :photo_sofa WHERE id = :picture_done_0"
    ),
    _fault("owner_asset_file", f"{_ASSET} workspace_id = :ben WHERE id = :photo_chair"),
    _fault(
        "owner_product_photo",
        "UPDATE product_photos SET asset_id = :photo_sofa WHERE product_id = :chair",
    ),
    _fault(
        "owner_collection_product",
        "UPDATE collection_products SET product_id = :sofa WHERE product_id = :lamp",
    ),
    _fault(
        "owner_product_category",
        "UPDATE product_categories SET category_id = :category_ben WHERE product_id = :chair",
    ),
    _fault("photo_count_differs", "UPDATE products SET photo_count = 7 WHERE id = :chair"),
    _fault("approved_count_differs", "UPDATE products SET approved_count = 7 WHERE id = :chair"),
    _fault(
        "approved_count_differs",
        f"{_ASSET} review_state = 'approved' WHERE id = :picture_done_0",
    ),
    _fault("purged_and_kept", f"{_ASSET} purged_at = :long_ago WHERE id = :photo_chair"),
    _fault(
        "task_stuck",
        "UPDATE tasks SET status = 'running', claimed_by = 'nobody' WHERE id = :task_ann",
    ),
    _fault(
        "owner_category_parent",
        "UPDATE categories SET parent_id = :category_ben WHERE id = :category_ann",
    ),
    _fault("owner_product_import", "UPDATE products SET import_id = :import_ben WHERE id = :chair"),
    _fault(
        "owner_shot_collection",
        "UPDATE collection_shots SET collection_id = :collection_ben WHERE id = :shot_ann",
    ),
    _fault("owner_job_shot", f"{_JOB} shot_id = :shot_ben WHERE id = :done"),
    _fault("owner_job_preset", f"{_JOB} preset_id = :preset_ben WHERE id = :done"),
    _fault(
        "owner_submission_session",
        "UPDATE generation_submissions SET session_id = :studio_ben WHERE id = :submission_done",
    ),
    _fault(
        "owner_import_line_import",
        "UPDATE import_lines SET import_id = :import_ben WHERE id = :import_line_ann",
    ),
    _fault(
        "owner_shot_picture",
        "UPDATE shot_pictures SET shot_id = :shot_ben WHERE shot_id = :shot_ann",
    ),
    _fault(
        "owner_collection_cover",
        "UPDATE collection_covers SET asset_id = :photo_sofa WHERE collection_id = :collection_ann",
    ),
    _fault(
        "owner_photo_check",
        "UPDATE photo_checks SET workspace_id = :ben WHERE asset_id = :photo_chair",
    ),
    _fault(
        "owner_product_tag",
        "UPDATE product_tags SET workspace_id = :ben WHERE product_id = :chair",
    ),
    _fault(
        "owner_brand_logo",
        "UPDATE brand_kits SET logo_asset_id = :photo_sofa WHERE workspace_id = :ann",
    ),
    _fault("owner_analysis_asset", f"{_ANALYSIS} asset_id = :photo_sofa WHERE id = :analysis_ann"),
    _fault("owner_analysis_product", f"{_ANALYSIS} product_id = :sofa WHERE id = :analysis_ann"),
    _fault("owner_analysis_task", f"{_ANALYSIS} task_id = :task_ben WHERE id = :analysis_ann"),
    _fault("analysis_without_call", f"{_ANALYSIS} method = 'model' WHERE id = :analysis_ann"),
    _fault(
        "call_of_ended_task",
        f"{_CALL} slot_id = NULL, task_id = :task_ann WHERE id = :call_running_0_1",
    ),
    _fault(
        "owner_call_task",
        "UPDATE provider_calls SET task_id = :task_ben WHERE workspace_id = :ann",
    ),
    _fault(
        "owner_call_product",
        "UPDATE provider_calls SET product_id = :sofa WHERE workspace_id = :ann",
    ),
    _fault("owner_picture_export_task", f"{_EXPORT} task_id = :task_ben WHERE id = :export_ann"),
    _fault(
        "owner_export_picture",
        "UPDATE picture_export_items SET asset_id = :photo_sofa WHERE export_id = :export_ann",
    ),
    _fault("owner_export_file", f"{_EXPORT} storage_key = 'w/exports/x' WHERE id = :export_ann"),
    _fault("export_list_differs", f"{_EXPORT} picture_count = 9 WHERE id = :export_ann"),
    _fault("export_end_differs", f"{_EXPORT} finished_at = :long_ago WHERE id = :export_ann"),
    _fault("owner_asset_job", f"{_ASSET} job_id = :ben_done WHERE id = :picture_done_0"),
    _fault("owner_asset_preset", f"{_ASSET} preset_id = :preset_ben WHERE id = :picture_done_0"),
    _fault("asset_is_made_differs", f"{_ASSET} is_made = false WHERE id = :picture_done_0"),
    _fault("asset_job_differs", f"{_ASSET} image_model = 'other' WHERE id = :picture_done_0"),
    _fault("asset_job_differs", f"{_ASSET} job_id = NULL WHERE id = :picture_done_0"),
    _fault("asset_job_differs", f"{_ASSET} preset_id = :preset_ann WHERE id = :picture_done_0"),
    _fault("asset_cost_differs", f"{_ASSET} cost_micros = 7 WHERE id = :picture_done_0"),
    _fault("asset_size_differs", f"{_ASSET} longest_px = 7 WHERE id = :photo_chair"),
    _fault("asset_product_differs", "UPDATE products SET name_key = 'stool' WHERE id = :chair"),
    _fault("asset_product_gone", f"{_ASSET} product_id = NULL WHERE id = :photo_chair"),
    _fault(
        "stack_of_products",
        f"{_ASSET} stack_id = :picture_done_1 WHERE id = :picture_done_0",
        f"{_ASSET} product_id = :lamp WHERE id = :picture_done_1",
    ),
    _fault("asset_search_differs", f"{_ASSET} search_text = ' ' WHERE id = :photo_chair"),
    _fault("asset_tags_differ", "DELETE FROM asset_tags WHERE asset_id = :photo_chair"),
    _fault("asset_tags_differ", f"{_ASSET} tags = '[]' WHERE id = :photo_chair"),
    _fault(
        "owner_asset_tag",
        "UPDATE asset_tags SET workspace_id = :ben WHERE asset_id = :photo_chair",
    ),
    _fault(
        "owner_comment_asset",
        "UPDATE asset_comments SET asset_id = :photo_sofa WHERE id = :comment_ann",
    ),
    _fault(
        "owner_comment_mention",
        "UPDATE comment_mentions SET workspace_id = :ben WHERE comment_id = :comment_ann",
    ),
    _fault(
        "comment_deleted_and_kept",
        "UPDATE asset_comments SET deleted_at = :long_ago WHERE id = :comment_ann",
    ),
    _fault(
        "comment_of_purged",
        f"{_ASSET} trashed_at = :long_ago, purged_at = :long_ago WHERE id = :photo_chair",
    ),
    _fault(
        "owner_share_picture",
        "UPDATE share_pictures SET asset_id = :photo_sofa WHERE share_link_id = :share_ann",
    ),
    _fault(
        "owner_comment_share",
        "UPDATE asset_comments SET share_link_id = :share_ben WHERE id = :guest_comment_ann",
    ),
    _fault(
        "share_of_purged",
        f"{_ASSET} trashed_at = :long_ago, purged_at = :long_ago WHERE id = :photo_chair",
    ),
    _fault(
        "owner_look", "UPDATE asset_looks SET workspace_id = :ben WHERE asset_id = :picture_done_0"
    ),
    _fault(
        "look_of_purged",
        f"{_ASSET} trashed_at = :long_ago, purged_at = :long_ago WHERE id = :picture_done_0",
    ),
    _fault("owner_picture_stack", f"{_ASSET} stack_id = :photo_sofa WHERE id = :picture_done_0"),
    _fault(
        "stack_in_stack",
        f"{_ASSET} stack_id = :picture_done_1 WHERE id = :picture_done_0",
        f"{_ASSET} stack_id = :photo_chair WHERE id = :picture_done_1",
    ),
    _fault(
        "stack_hidden",
        f"{_ASSET} trashed_at = :long_ago, stack_id = NULL WHERE id = :picture_done_1",
        f"{_ASSET} stack_id = :picture_done_1 WHERE id = :picture_done_0",
    ),
    _fault("owner_mask_asset", f"{_MASK} asset_id = :photo_sofa WHERE id = :mask_ann"),
    _fault("owner_mask_file", f"{_MASK} storage_key = 'w/masks/x' WHERE id = :mask_ann"),
    _fault("mask_size_differs", f"{_MASK} width_px = 7 WHERE id = :mask_ann"),
    _fault(
        "mask_of_emptied",
        f"{_ASSET} trashed_at = :long_ago, purged_at = :long_ago, is_emptied = true"
        " WHERE id = :photo_chair",
    ),
    _fault("edit_changed_outside", f"{_EDITED.format(1)} WHERE id = :picture_done_0"),
    _fault("edit_without_answer", f"{_EDITED.format(0)} WHERE id = :picture_done_0"),
    _fault("asset_facts_wrong", f"{_ASSET} width_px = 0 WHERE id = :photo_chair"),
    _fault("asset_facts_wrong", f"{_ASSET} sha256 = 'abc' WHERE id = :photo_chair"),
    _fault("parent_missing", "DELETE FROM products WHERE id = :lamp"),
    _fault("parent_missing", "DELETE FROM users WHERE id = :user_ben"),
)

SCHEMA_FAULTS = (
    _fault("schema_revision", "UPDATE alembic_version SET version_num = '0001'"),
    _fault("schema_revision", "INSERT INTO alembic_version VALUES ('0001')"),
    _fault("schema_revision", "DROP TABLE alembic_version"),
    _fault("table_missing", "DROP TABLE queue_turns"),
    _fault("table_foreign", "CREATE TABLE stranger (id INTEGER)"),
    _fault("column_missing", "ALTER TABLE workers DROP COLUMN host"),
    _fault("column_foreign", "ALTER TABLE workers ADD COLUMN guest INTEGER"),
    _lawless_submissions("column_differs"),
    _fault("rule_missing", "DROP INDEX ix_slot_events_when"),
    _lawless_submissions("rule_missing"),
)

_OF_SQLITE = (
    _fault("number_repeats", "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'assets'"),
    _fault("number_repeats", "DELETE FROM sqlite_sequence WHERE name = 'assets'"),
    _fault(
        "page_damaged",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'generation_slots (job_id, run_at)',"
        " 'generation_slots (attempt)') WHERE name = 'ix_generation_slots_queued'",
    ),
    _fault(
        "page_damaged",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'depth_cm DOUBLE', 'depth_cm DOUBLE NOT NULL')"
        " WHERE name = 'products'",
    ),
)
_OF_POSTGRESQL = (
    _fault("number_repeats", "SELECT setval('assets_id_seq', 1)"),
    _fault(
        "index_invalid",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_slot_events_when'::regclass",
    ),
    _fault(
        "constraint_unproven",
        "ALTER TABLE assets DROP CONSTRAINT fk_assets_slot_id",
        "ALTER TABLE assets ADD CONSTRAINT fk_assets_slot_id FOREIGN KEY (slot_id)"
        " REFERENCES generation_slots (id) NOT VALID",
    ),
    _fault("trigger_off", "ALTER TABLE assets DISABLE TRIGGER ALL"),
)
ENGINE_FAULTS = {"sqlite": _OF_SQLITE, "postgresql": _OF_POSTGRESQL}
