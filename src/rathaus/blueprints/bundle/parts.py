"""The parts of a blueprint that run, by content: what makes one version the same as another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from rathaus.blueprints.bundle.reader import Bundle


@dataclass(frozen=True)
class Difference:
    """What an installation would change, file by file, in the order of the alphabet."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def parts_of(bundle: Bundle) -> dict[str, str]:
    """Return file name -> sha256. Examples do not run, so they make no new version."""
    contents: dict[str, bytes] = {
        "blueprint.yaml": bundle.descriptor.model_dump_json(by_alias=True).encode(),
        "form.yaml": bundle.form.encode(),
        "process.bpmn": bundle.process,
    }
    contents |= {f"forms/{key}.yaml": text.encode() for key, text in bundle.task_forms.items()}
    contents |= {f"letters/{key}.md": text.encode() for key, text in bundle.letters.items()}
    contents |= {f"decisions/{key}.dmn": data for key, data in bundle.decisions.items()}
    contents |= {
        f"code_lists/{key}.yaml": json.dumps(rows, sort_keys=True, default=str).encode()
        for key, rows in bundle.code_lists.items()
    }
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())}


def digest_of(parts: Mapping[str, str]) -> str:
    """One sha256 over all parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    return Difference(
        added=tuple(name for name in sorted(after) if name not in before),
        changed=tuple(name for name in sorted(after) if name in before and before[name] != after[name]),
        removed=tuple(name for name in sorted(before) if name not in after),
    )
