"""Tests of ui.components."""
