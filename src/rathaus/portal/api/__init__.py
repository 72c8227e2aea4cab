"""The portal's part of the API; ``site`` mounts the router."""

from rathaus.portal.api.routes import router

__all__ = ["router"]
