"""Pictures of every screen and page, in each language and state."""
