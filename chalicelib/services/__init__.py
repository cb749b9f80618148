"""Use cases: load, decide, commit; one module a subject."""
