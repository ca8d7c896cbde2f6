"""Durable work: the queue, its workers and the workflow of a slot."""
