"""Alarms of the terminals' cameras: those that nobody judged yet, and how often they are false."""

from ops_console.web.alarms.routes import router as alarms_router

__all__ = ["alarms_router"]
