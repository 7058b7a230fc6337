"""The audit record: its newest lines, and the check that none was altered or lost."""

from ops_console.web.audit.routes import router as audit_router

__all__ = ["audit_router"]
