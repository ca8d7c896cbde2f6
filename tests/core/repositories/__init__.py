"""Tests: core.repositories."""
