"""Builds that are broken on purpose: each guard of the product is taken out once, and a test must
fail. `python -m tests.mutants` tries every row of `guards.py`, or those that are named."""
