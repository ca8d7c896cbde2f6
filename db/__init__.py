"""The engine for SQLite and PostgreSQL, and the tables."""
