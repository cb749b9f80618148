"""Messages as people get them: rendered here, and handed to whoever carries them."""
