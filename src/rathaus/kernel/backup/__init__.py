"""Database and contents of one moment, copied while the town works, and brought back."""

from .errors import BackupError
from .making import Made, make
from .restoring import Restored, restore
from .shelf import Shelf
from .verifying import verify

__all__ = ["BackupError", "Made", "Restored", "Shelf", "make", "restore", "verify"]
