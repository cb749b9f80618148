"""What keeps a restore from doing again what was done, and from bringing anybody back."""

GUARDS = {}
