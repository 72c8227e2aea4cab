"""The door of the blueprints: the catalogue of services, and installing them."""

from rathaus.blueprints.bundle.checker import PERSON_NAMES, check_blueprint
from rathaus.blueprints.bundle.descriptor import Descriptor, Role
from rathaus.blueprints.bundle.example import Account as ExampleAccount
from rathaus.blueprints.bundle.example import Ask as ExampleAsk
from rathaus.blueprints.bundle.example import Documents as ExampleDocuments
from rathaus.blueprints.bundle.example import Example, Step
from rathaus.blueprints.bundle.example import Expectation as ExampleExpectation
from rathaus.blueprints.bundle.reader import Bundle, Reports, read_bundle
from rathaus.blueprints.events import ServiceInstalled
from rathaus.blueprints.models import LifeSituation, Service, ServiceVersion
from rathaus.blueprints.queries.catalogue import (
    ServiceUnknown,
    installed_services,
    life_situations,
    service,
    service_version,
    task_forms_of,
)
from rathaus.blueprints.queries.search import search_services
from rathaus.blueprints.services.catalogue import set_life_situations, switch_service
from rathaus.blueprints.services.install import (
    BlueprintRefused,
    InstallationPlan,
    install_blueprint,
    plan_installation,
)

__all__ = [
    "PERSON_NAMES",
    "BlueprintRefused",
    "Bundle",
    "Descriptor",
    "Example",
    "ExampleAccount",
    "ExampleAsk",
    "ExampleDocuments",
    "ExampleExpectation",
    "InstallationPlan",
    "LifeSituation",
    "Reports",
    "Role",
    "Service",
    "ServiceInstalled",
    "ServiceUnknown",
    "ServiceVersion",
    "Step",
    "check_blueprint",
    "install_blueprint",
    "installed_services",
    "life_situations",
    "plan_installation",
    "read_bundle",
    "search_services",
    "service",
    "service_version",
    "set_life_situations",
    "switch_service",
    "task_forms_of",
]
