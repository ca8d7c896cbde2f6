"""Tests: core.storage."""
