from django.urls import path
from django.views.i18n import set_language

from rathaus.ui.web import views

app_name = "ui"
urlpatterns = [
    path("sprache/", set_language, name="set_language"),
    path("stadt.css", views.town_stylesheet, name="town_stylesheet"),
    path("wappen.svg", views.coat_of_arms, name="coat_of_arms"),
    path("healthz", views.healthz, name="healthz"),
]
