"""Signing in and out, and releasing locked sign-ins."""

from ops_console.web.sign_in.locks import router as locks_router
from ops_console.web.sign_in.routes import router as sign_in_router

__all__ = ["locks_router", "sign_in_router"]
