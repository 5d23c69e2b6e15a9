"""Lay the tables of an empty database at once, from what all migrations together say.

Django runs migrations one by one and makes every model anew for each of them: for a schema of a few hundred related
tables that takes minutes. An empty database needs no history, so its tables are made from the final state of the
migrations and all are recorded as applied. Of the data steps only those of our own apps run, in order: they lay what
the product begins with, while those of a library move rows that an empty database does not have. A database that has
tables is left to Django. A test holds the result against what the migrations make one by one.
"""

from __future__ import annotations

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation

DATA_STEPS = (RunPython, RunSQL)
KNOWN = (ModelOperation, FieldOperation, IndexOperation, *DATA_STEPS)


def lay_schema(connection: BaseDatabaseWrapper) -> bool:
    """Bring an empty database to the newest migration; returns False, changing nothing, when it must go step by step.

    Happens whole or not at all.
    """
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), True)]
    if not all(isinstance(operation, KNOWN) for migration in plan for operation in migration.operations):
        return False
    state = executor.loader.project_state()
    models = [
        model
        for model in state.apps.get_models()
        if model._meta.can_migrate(connection) and not model._meta.swapped
    ]
    executor.recorder.ensure_schema()
    with connection.schema_editor(atomic=True) as editor:
        for model in models:
            editor.create_model(model)
        for migration in plan:
            for operation in migration.operations:
                if isinstance(operation, DATA_STEPS) and _is_ours(migration.app_label):
                    operation.database_forwards(migration.app_label, editor, state, state)
            executor.record_migration(migration)  # type: ignore[arg-type,call-arg]
    return True


def _is_ours(app_label: str) -> bool:
    return apps.get_app_config(app_label).name.startswith("jiannuo.")
