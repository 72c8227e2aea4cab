"""The site's addresses with the print room, whether the site mounts it or not."""

from django.urls import include, path

from rathaus.site import urls as site

handler400, handler403, handler404, handler500 = (
    site.handler400,
    site.handler403,
    site.handler404,
    site.handler500,
)
_MOUNT = ("amt/druck/", "rathaus.engines.correspondence.web.urls")
urlpatterns = list(site.urlpatterns)
if _MOUNT not in site.MOUNTS:
    urlpatterns.insert(0, path(_MOUNT[0], include(_MOUNT[1])))
