"""What a process file may name when it lies in a blueprint's folder."""

from __future__ import annotations

from pathlib import Path

from rathaus.blueprints.bundle.checker import environment_of
from rathaus.blueprints.bundle.reader import Bundle, Reports, read_bundle
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes


def environment_beside(process_file: Path) -> processes.Environment | None:
    """Return the environment of the blueprint around ``process_file``; None if there is no readable one."""
    folder = process_file.parent
    if not (folder / "blueprint.yaml").is_file():
        return None
    bundle = read_bundle(folder, Reports(folder))
    if bundle is None:
        return None
    task_forms = {key: _usable(text, bundle) for key, text in bundle.task_forms.items()}
    return environment_of(bundle, _usable(bundle.form, bundle), task_forms)


def _usable(text: str, bundle: Bundle) -> forms.CompiledForm | None:
    try:
        return forms.load_definition(text, code_lists=bundle.code_lists)
    except forms.InvalidForm:
        return None
