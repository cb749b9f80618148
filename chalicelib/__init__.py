"""Aftercare: the after-sales desk of an online shop, run as serverless functions."""

import gc

# Nearly all that a process makes while it starts lives as long as the process. At Python's own
# threshold the search for garbage in it takes an eighth of a cold start.
gc.set_threshold(50_000, 20, 100)
