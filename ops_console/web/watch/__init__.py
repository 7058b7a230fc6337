"""The wall of visits that run and are recorded, and what an officer does to one of them."""

from ops_console.web.watch.actions import router as watch_actions_router
from ops_console.web.watch.routes import router as watch_router

__all__ = ["watch_actions_router", "watch_router"]
