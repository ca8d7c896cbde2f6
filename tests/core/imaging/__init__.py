"""Tests: core.imaging."""
