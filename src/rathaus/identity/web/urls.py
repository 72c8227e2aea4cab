"""Mounted at `/zugang/` by the site."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from rathaus.identity.web import electronic, privacy, views

own = [
    path("sicherheit/", views.security, name="security"),
    path("sitzungen/", views.end, name="end_sessions"),
    path("zweiter-faktor/", views.second_factor, name="second_factor"),
    path("daten/", privacy.my_data, name="my_data"),
    path("daten/<uuid:export_id>.zip", privacy.download, name="my_data_file"),
    path("konto-loeschen/", privacy.delete_account, name="delete_account"),
    path("konto-behalten/", privacy.keep_account, name="keep_account"),
    path("angaben/", views.profile, name="profile"),
    path("nachweis/", electronic.step_up, name="step_up"),
    path("ausweis/<slug:provider>/", electronic.start, name="eid_start"),
    path("ausweis/<slug:provider>/antwort/", electronic.callback, name="eid_callback"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "identity"))),
    path("", include("allauth.account.urls")),
    # Our own overview stands in for the one of allauth, which returns there after each change.
    path("2fa/", RedirectView.as_view(pattern_name="identity:security")),
    path("2fa/", include("allauth.mfa.urls")),
]
