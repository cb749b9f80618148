"""The doors: Chalice blueprints and event handlers. Each says who may come in, what they
bring, and which use case they want."""
