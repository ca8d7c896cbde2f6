"""Tests of what is fetched from addresses that people give."""
