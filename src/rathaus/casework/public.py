"""The door of the clerk's desk: doing the work of a case, and small real files for made-up cases."""

from rathaus.casework.examples.files import store_sample, with_sample_files
from rathaus.casework.models import CoSignature
from rathaus.casework.services.assignment import take_case
from rathaus.casework.services.cases import hand_on_case
from rathaus.casework.services.co_signatures import request_co_signature
from rathaus.casework.services.protection import protect as protect_case
from rathaus.casework.services.protection import set_block as set_information_block
from rathaus.casework.services.tasks import InvalidTaskData, SignatureMissing, complete_task

__all__ = [
    "CoSignature",
    "InvalidTaskData",
    "SignatureMissing",
    "complete_task",
    "hand_on_case",
    "protect_case",
    "request_co_signature",
    "set_information_block",
    "store_sample",
    "take_case",
    "with_sample_files",
]
