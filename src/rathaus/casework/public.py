"""The door of the clerk's desk: doing the work of a case's process, and small real files for made-up cases."""

from rathaus.casework.examples.files import store_sample, with_sample_files
from rathaus.casework.services.tasks import InvalidTaskData, SignatureMissing, complete_task

__all__ = ["InvalidTaskData", "SignatureMissing", "complete_task", "store_sample", "with_sample_files"]
