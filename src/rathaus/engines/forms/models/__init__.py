from .definitions import FormDefinition, FormVersion
from .drafts import Draft
from .scans import FileScan
from .submissions import Submission
from .uploads import Upload

__all__ = ["Draft", "FileScan", "FormDefinition", "FormVersion", "Submission", "Upload"]
