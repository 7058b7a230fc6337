"""Requests for access, beside the ID photo; and the approvals that came of them."""

from ops_console.web.access.approvals import router as approvals_router
from ops_console.web.access.routes import router as access_router

__all__ = ["access_router", "approvals_router"]
