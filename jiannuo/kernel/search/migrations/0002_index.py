"""The full-text index beside the entries."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE "search_searchentry_fts" USING fts5(
        grams, content='search_searchentry', content_rowid='id', tokenize="unicode61", prefix='3 5')""",
    """CREATE TRIGGER "search_fts_insert" AFTER INSERT ON "search_searchentry" BEGIN
        INSERT INTO "search_searchentry_fts"(rowid, grams) VALUES (new.id, new.grams); END""",
    """CREATE TRIGGER "search_fts_delete" AFTER DELETE ON "search_searchentry" BEGIN
        INSERT INTO "search_searchentry_fts"("search_searchentry_fts", rowid, grams)
        VALUES ('delete', old.id, old.grams); END""",
    """CREATE TRIGGER "search_fts_update" AFTER UPDATE OF grams ON "search_searchentry" BEGIN
        INSERT INTO "search_searchentry_fts"("search_searchentry_fts", rowid, grams)
        VALUES ('delete', old.id, old.grams);
        INSERT INTO "search_searchentry_fts"(rowid, grams) VALUES (new.id, new.grams); END""",
]
SQLITE_BACK = [
    'DROP TRIGGER "search_fts_insert"',
    'DROP TRIGGER "search_fts_delete"',
    'DROP TRIGGER "search_fts_update"',
    'DROP TABLE "search_searchentry_fts"',
]
POSTGRES = [
    """ALTER TABLE "search_searchentry" ADD COLUMN "vector" tsvector
        GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', grams)) STORED""",
    'CREATE INDEX "search_entry_vector" ON "search_searchentry" USING gin ("vector")',
]
POSTGRES_BACK = ['ALTER TABLE "search_searchentry" DROP COLUMN "vector"']


def _run(statements: dict[str, list[str]]) -> Any:
    def run(_apps: Any, editor: Any) -> None:
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [
        migrations.RunPython(
            _run({"sqlite": SQLITE, "postgresql": POSTGRES}),
            _run({"sqlite": SQLITE_BACK, "postgresql": POSTGRES_BACK}),
        )
    ]
