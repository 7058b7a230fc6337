"""The rules in force, their versions, and the editor."""

from ops_console.web.rules.editor import router as editor_router
from ops_console.web.rules.routes import router as rules_router

__all__ = ["editor_router", "rules_router"]
