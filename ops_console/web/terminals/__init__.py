"""Every terminal: whether it is there, what runs on it and what it knows."""

from ops_console.web.terminals.routes import router as terminals_router

__all__ = ["terminals_router"]
