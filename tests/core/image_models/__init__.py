"""Tests: core.image_models."""
