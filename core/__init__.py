"""Epox without a screen: rules, storage, image models, jobs."""
