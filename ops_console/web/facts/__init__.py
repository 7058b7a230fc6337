"""What the rules ask about an inmate or a visitor: to be seen, and to be changed with a preview."""

from ops_console.web.facts.routes import router as facts_router

__all__ = ["facts_router"]
