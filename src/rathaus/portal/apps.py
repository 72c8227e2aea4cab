from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "rathaus.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.engines.correspondence.public import unread_count
        from rathaus.ui.public import NavItem, navigation

        add = navigation.register
        add(NavItem(area="portal", label=_("Services"), url_name="portal:services", order=10))
        add(NavItem(area="portal", label=_("Offices"), url_name="portal:offices", order=20))
        add(NavItem(area="portal", label=_("My account"), url_name="citizen:overview", order=30))
        add(
            NavItem(
                area="account", label=_("My cases"), url_name="citizen:overview", order=10, icon="checklist"
            )
        )
        add(
            NavItem(
                area="account",
                label=_("Inbox"),
                url_name="citizen:inbox",
                order=20,
                icon="mail",
                counter=unread_count,
            )
        )
        add(
            NavItem(
                area="account", label=_("Documents"), url_name="citizen:documents", order=30, icon="draft"
            )
        )
        add(
            NavItem(area="account", label=_("My details"), url_name="identity:profile", order=40, icon="edit")
        )
        add(
            NavItem(
                area="account",
                label=_("Sign-in and security"),
                url_name="identity:security",
                order=50,
                icon="visibility",
            )
        )
        add(
            NavItem(
                area="account", label=_("My data"), url_name="identity:my_data", order=60, icon="download"
            )
        )
        add(NavItem(area="footer", label=_("Imprint"), url_name="portal:imprint", order=10))
        add(NavItem(area="footer", label=_("Data protection"), url_name="portal:data_protection", order=20))
        add(NavItem(area="footer", label=_("Accessibility"), url_name="portal:accessibility", order=30))
