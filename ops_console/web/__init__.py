"""The officers' pages, server-rendered, one folder for each task.

`make_app(console)` is the front door. Every page works as plain forms; small modules then keep
open pages current by server-sent events.
"""

from ops_console.web.site import make_app

__all__ = ["make_app"]
