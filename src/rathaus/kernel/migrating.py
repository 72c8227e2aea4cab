"""Operations for migrations that are applied while the town works."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState

__all__ = ["AddIndexConcurrently"]


class AddIndexConcurrently(AddIndex):
    """Builds an index while others write: CONCURRENTLY on PostgreSQL, the usual way on SQLite.

    Its migration needs ``atomic = False``. One that is cut off leaves an invalid index behind: drop it, then repeat.
    """

    atomic = False
    is_concurrent = True

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]  # PostgreSQL's own
        else:
            schema_editor.add_index(model, self.index)
