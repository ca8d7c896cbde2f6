"""Tests of the pages: what a person sees and can do on each."""
