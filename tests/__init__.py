"""Tests of Epox, mirroring the sources."""
