"""A day in the life of a shop, told step by step: `python -m local.demo`.

Everything in it goes over HTTP to the stack that runs: signed webhooks, pages and forms as a
browser would send them, the staff's API. What it claims at the end it has read back.
"""
