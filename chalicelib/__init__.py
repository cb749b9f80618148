"""Aftercare: the after-sales desk of an online shop, run as serverless functions."""
