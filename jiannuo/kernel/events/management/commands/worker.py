from __future__ import annotations

import logging

from django_tasks_db.management.commands.db_worker import Command as TasksCommand


class Command(TasksCommand):
    help = "Carry out background tasks, until told to stop. Says only what goes wrong."

    def configure_logging(self, verbosity: int) -> None:
        """Leave levels to the settings; being told to stop is no warning."""
        logging.getLogger("django_tasks_db").addFilter(
            lambda record: not str(record.msg).startswith("Received ")
        )
