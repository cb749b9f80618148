"""The stack on one machine: emulator, dev server, clock and pumps in one process tree.

Nothing here is deployed. `python -m local` starts it; `.local/` holds its state.
"""
