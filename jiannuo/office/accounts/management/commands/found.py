"""``found``: the head office of an empty installation and its first administrator."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jiannuo.office.accounts.services import found_company


class Command(BaseCommand):
    help = "Found the head office of an empty installation and its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the company")
        parser.add_argument("--code", default="HQ", help="code of the head office")
        parser.add_argument("--username", default="admin")
        parser.add_argument("--person", default="", help="name of the administrator")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        password = _password()
        try:
            validate_password(password)
            administrator = found_company(
                options["name"],
                code=options["code"],
                username=options["username"],
                person=options["person"] or options["username"],
                email=options["email"],
                password=password,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1) from error
        self.stdout.write(
            _("%(office)s is founded. Sign in as %(name)s.")
            % {"office": administrator.organization, "name": administrator.username}
        )


def _password() -> str:
    """Typed twice by a person, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass(_("Password of the administrator: "))
    if getpass(_("Once more: ")) != first:
        raise CommandError(_("The two passwords differ. Nothing was founded."), returncode=1)
    return first
