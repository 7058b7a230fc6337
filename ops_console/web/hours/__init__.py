"""One housing unit's visiting hours: its weeks as pictures, and the forms that change them."""

from ops_console.web.hours.routes import router as hours_router

__all__ = ["hours_router"]
