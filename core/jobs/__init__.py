"""Durable work: the workers and what keeps them honest."""
