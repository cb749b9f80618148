"""What an operation costs: calls, units, milliseconds, dollars."""
