from rathaus.blueprints.models.catalogue import (
    LifeSituation,
    Service,
    ServiceLetter,
    ServiceTaskForm,
    ServiceVersion,
)

__all__ = ["LifeSituation", "Service", "ServiceLetter", "ServiceTaskForm", "ServiceVersion"]
