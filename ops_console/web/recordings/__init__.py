"""What was recorded: found, played and kept."""

from ops_console.web.recordings.keeping import router as keeping_router
from ops_console.web.recordings.routes import router as recordings_router

__all__ = ["keeping_router", "recordings_router"]
