from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError
from django_tasks_db.management.commands.db_worker import Command as TasksCommand
from django_tasks_db.utils import is_locked_database_exception

logger = logging.getLogger(__name__)


class Command(TasksCommand):
    help = "Carry out background tasks, until told to stop. Says only what goes wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work on; a database that another process holds for long (SQLite) is waited for once more."""
        while True:
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if not is_locked_database_exception(error):
                    raise
                logger.warning("The database was held for long by another process; trying again.")

    def configure_logging(self, verbosity: int) -> None:
        """Leave levels to the settings; being told to stop is no warning."""
        logging.getLogger("django_tasks_db").addFilter(
            lambda record: not str(record.msg).startswith("Received ")
        )
