from rathaus.intake.models.application import Application
from rathaus.intake.models.inquiry import Inquiry

__all__ = ["Application", "Inquiry"]
