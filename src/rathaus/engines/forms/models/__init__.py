from .definitions import FormDefinition, FormVersion
from .drafts import Draft
from .submissions import Submission
from .uploads import Upload

__all__ = ["Draft", "FormDefinition", "FormVersion", "Submission", "Upload"]
