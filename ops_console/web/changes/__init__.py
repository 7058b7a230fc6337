"""When the world changes: what happened, which visits that affects, and one confirmation."""

from ops_console.web.changes.routes import router as changes_router

__all__ = ["changes_router"]
