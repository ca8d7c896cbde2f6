"""Tests that end processes where it hurts."""
