"""What the shop owes its customers: models and pure rules.

Nothing here knows a clock, a network or a table: time, ids and policies are arguments.
"""
