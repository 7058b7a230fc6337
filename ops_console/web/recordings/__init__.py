"""What was recorded: found, played and kept."""

from ops_console.web.recordings.routes import router as recordings_router

__all__ = ["recordings_router"]
