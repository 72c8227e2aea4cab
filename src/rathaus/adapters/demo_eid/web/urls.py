from django.urls import path

from rathaus.adapters.demo_eid.web import views

app_name = "demo_eid"
urlpatterns = [path("ausweis/", views.choose, name="choose")]
