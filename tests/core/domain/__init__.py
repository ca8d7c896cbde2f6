"""Tests of core.services."""
