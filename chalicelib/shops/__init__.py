"""How shops speak to us and we to them: one adapter a platform."""
