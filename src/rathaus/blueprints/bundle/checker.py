"""A blueprint checked as a whole: each file by the engine it belongs to, and what each says of the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import feel
from rathaus.blueprints.bundle.reader import Bundle, Reports, read_bundle
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.identity.public import Role
from rathaus.kernel.public import findings

CASE_NAMES: processes.Names = dict.fromkeys(
    ("aktenzeichen", "referenz", "titel", "eingang", "kanal", "dienststelle")
)
PERSON_NAMES: processes.Names = dict.fromkeys(
    (
        "name",
        "given_name",
        "family_name",
        "email",
        "phone",
        "birth_date",
        "street",
        "house_number",
        "postcode",
        "city",
        "address",
    )
)
RESULT_NAMES = ("ergebnis", "begruendung", "bearbeitet_von", "bearbeitet_am")
"""What completing a task adds to its result, so that no field of its form may be called so."""
MIN_EXAMPLES = 4


def check_blueprint(folder: Path) -> list[findings.FileReport]:
    """Return one report for each file of the folder; it may be installed when all are ok."""
    reports = Reports(folder)
    bundle = read_bundle(folder, reports)
    if bundle is not None:
        check_bundle(bundle, reports)
    return reports.as_reports()


def check_bundle(bundle: Bundle, reports: Reports) -> None:
    """Add what the engines find, and what does not fit together."""
    folder = bundle.folder
    form = _checked_form(folder / "form.yaml", bundle.form, bundle, reports)
    task_forms = {
        key: _checked_form(folder / "forms" / f"{key}.yaml", text, bundle, reports)
        for key, text in bundle.task_forms.items()
    }
    _check_reserved_names(task_forms, folder, reports)
    environment = environment_of(bundle, form, task_forms)
    process = folder / "process.bpmn"
    reports.see(process, processes.check_process(bundle.process, environment=environment))
    _check_decisions(bundle, reports)
    names = letter_names(bundle, environment)
    for key, source in bundle.letters.items():
        reports.see(folder / "letters" / f"{key}.md", correspondence.check_letter(source, names=names))
    _check_descriptor(bundle, environment, reports)
    _check_examples(bundle, reports)


def environment_of(
    bundle: Bundle,
    form: forms.CompiledForm | None,
    task_forms: Mapping[str, forms.CompiledForm | None],
) -> processes.Environment:
    """What a process of this blueprint may name."""
    return processes.Environment(
        variables={
            "antrag": form.feel_names() if form else None,
            "vorgang": CASE_NAMES,
            "person": PERSON_NAMES,
            "heute": None,
        },
        roles=frozenset(bundle.descriptor.roles),
        forms={key: compiled.feel_names() if compiled else {} for key, compiled in task_forms.items()},
        letters=frozenset(bundle.letters),
        decisions=bundle.decisions,
    )


def letter_names(bundle: Bundle, environment: processes.Environment) -> Mapping[str, Any]:
    """What a letter of this blueprint may name: what the process may, its results, recipient and town."""
    return {
        **environment.variables,
        **dict.fromkeys(processes.result_names(bundle.process)),
        "empfaenger": None,
        "stadt": None,
    }


def _checked_form(path: Path, text: str, bundle: Bundle, reports: Reports) -> forms.CompiledForm | None:
    found = forms.check_definition(text, code_lists=bundle.code_lists)
    reports.see(path, found)
    return None if found else forms.load_definition(text, code_lists=bundle.code_lists)


def _check_decisions(bundle: Bundle, reports: Reports) -> None:
    for key, data in bundle.decisions.items():
        path = bundle.folder / "decisions" / f"{key}.dmn"
        try:
            found = feel.load_model(data).check()
        except feel.FeelError as error:
            found = [feel.Finding("", "dmn", str(error))]
        reports.see(path, [findings.Finding(item.place, item.rule, item.message) for item in found])


def _check_descriptor(bundle: Bundle, environment: processes.Environment, reports: Reports) -> None:
    path = bundle.folder / "blueprint.yaml"
    descriptor = bundle.descriptor
    if descriptor.slug != bundle.folder.name:
        reports.refuse(
            path, "slug", f"Der Ordner heißt „{bundle.folder.name}“, der slug muss gleich sein.", "slug"
        )
    if not descriptor.active and descriptor.inactive_reason is None:
        reports.refuse(
            path,
            "inactive",
            "Sagen Sie, warum die Leistung ruht und was stattdessen geht.",
            "inactive_reason",
        )
    _check_fee(bundle, path, reports)
    for key, role in descriptor.roles.items():
        if role.post_role not in Role.values:
            message = f"Diese Rolle einer Stelle gibt es nicht. Möglich sind: {', '.join(Role.values)}."
            reports.refuse(path, "post_role", message, f"roles.{key}.post_role")
    expressions = {"case_title": descriptor.case_title}
    expressions |= {
        f"applicant.{name}": expression
        for name, expression in descriptor.applicant.model_dump(exclude_none=True).items()
    }
    expressions |= {f"fee.inputs.{name}": expression for name, expression in descriptor.fee.inputs.items()}
    for place, expression in expressions.items():
        reports.see(path, check_expression(place, expression, environment.variables))


def _check_fee(bundle: Bundle, path: Path, reports: Reports) -> None:
    """The fee's table must exist, decide under its file's name, and know every input that the blueprint gives it."""
    fee = bundle.descriptor.fee
    if fee.decision is None:
        return
    if fee.decision not in bundle.decisions:
        message = f"Die Entscheidungstabelle decisions/{fee.decision}.dmn fehlt."
        reports.refuse(path, "decision", message, "fee.decision")
        return
    try:
        known = feel.load_model(bundle.decisions[fee.decision]).inputs(fee.decision)
    except feel.FeelError as error:
        reports.refuse(path, "decision", str(error), "fee.decision")
        return
    for name in sorted(set(fee.inputs) - set(known)):
        message = f"Die Tabelle hat keine Eingabe „{name}“. Sie kennt: {', '.join(known)}."
        reports.refuse(path, "decision", message, f"fee.inputs.{name}")


def _check_reserved_names(
    task_forms: Mapping[str, forms.CompiledForm | None], folder: Path, reports: Reports
) -> None:
    for key, form in task_forms.items():
        for name in RESULT_NAMES if form is not None else ():
            if form is not None and name in form.fields:
                message = f"„{name}“ steht schon im Ergebnis jeder Aufgabe. Nennen Sie das Feld anders."
                reports.refuse(folder / "forms" / f"{key}.yaml", "reserved", message, name)


def check_expression(place: str, expression: str, names: processes.Names) -> list[findings.Finding]:
    """Findings of one FEEL expression: syntax with its position, and names that do not exist."""
    try:
        compiled = feel.compile_expression(expression, names=names)
    except feel.FeelError as error:
        return [findings.Finding(place, "feel", str(error))]
    return [
        findings.Finding(place, "name", f"„{'.'.join(path)}“ ist nicht bekannt. Prüfen Sie die Schreibweise.")
        for path in sorted(compiled.paths)
        if not _is_known(path, names)
    ]


def _is_known(path: tuple[str, ...], names: processes.Names) -> bool:
    branch: processes.Names | str | None = names
    for name in path:
        if branch is None or isinstance(branch, str) or "*" in branch:
            return True
        if name not in branch:
            return False
        branch = branch[name]
    return True


def _check_examples(bundle: Bundle, reports: Reports) -> None:
    folder = bundle.folder / "examples"
    if len(bundle.examples) < MIN_EXAMPLES:
        message = (
            f"Eine Blaupause braucht mindestens {MIN_EXAMPLES} Beispiele; hier sind {len(bundle.examples)}."
        )
        reports.refuse(bundle.folder / "blueprint.yaml", "examples", message)
    for key, example in bundle.examples.items():
        for number, step in enumerate(example.steps):
            role = step.by or (step.ask.by if step.ask else None)
            if role is not None and role not in bundle.descriptor.roles:
                message = f"Die Rolle „{role}“ steht nicht in blueprint.yaml."
                reports.refuse(folder / f"{key}.yaml", "role", message, f"steps[{number}].by")
        named = {*example.expect.letters, *example.expect.letter_text}
        for letter in sorted(named - set(bundle.letters)):
            message = f"Der Brief letters/{letter}.md fehlt."
            reports.refuse(folder / f"{key}.yaml", "letter", message, "expect.letters")
