"""One visit: its one continuous history, and its end by an officer."""

from ops_console.web.visit.routes import router as visit_router

__all__ = ["visit_router"]
