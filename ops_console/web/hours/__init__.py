"""One housing unit's visiting hours: its week as a picture, and the form that changes it."""

from ops_console.web.hours.routes import router as hours_router

__all__ = ["hours_router"]
