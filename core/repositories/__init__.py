"""All SQL of the app; every method takes the workspace first and returns domain values."""
