"""Static files under hashed names once they are collected, under their own names before."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """A name that is not in the manifest stays as it is, so that a fresh checkout and tests work at once."""

    def stored_name(self, name: str) -> str:
        stored: str = self.hashed_files.get(self.hash_key(name.split("#")[0]), name)
        return stored
