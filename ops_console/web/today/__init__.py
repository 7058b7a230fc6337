"""The officer's day: what needs a person first, then every visit by time."""

from ops_console.web.today.routes import router as today_router

__all__ = ["today_router"]
