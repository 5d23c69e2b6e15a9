"""Errors of the API as problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from jiannuo.office.documents.approvals import AlreadyDecided
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.parts.services import PartGone

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
CONFLICTS = (StaleDocument, ActionNotAllowed, AlreadyDecided)
TYPES = {
    StaleDocument: "stale",
    ActionNotAllowed: "action-not-allowed",
    AlreadyDecided: "already-decided",
}


class Problem(exceptions.APIException):
    """A refusal with a type of its own, for conditions that callers must tell apart.

    ``remember`` writes what the refusal itself has shown (a plan is overtaken): it is called once everything else that
    the request wrote has been taken back.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        errors: Mapping[str, Any] | None = None,
        *,
        remember: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(detail, code=kind)
        self.status_code = status
        self.kind = kind
        self.errors = errors
        self.remember = remember


def titles() -> dict[int, str]:
    """Titles in the language of the caller."""
    return {
        400: _("The request cannot be understood"),
        401: _("Sign in first"),
        403: _("You may not do this"),
        404: _("Not found"),
        405: _("This method is not offered here"),
        406: _("This format is not offered"),
        409: _("This conflicts with the present state"),
        413: _("The request is too large"),
        415: _("This format is not understood"),
        422: _("Some of the data cannot be accepted"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
        503: _("Not available at the moment"),
    }


def problem_response(
    request: Any, status: int, detail: str = "", *, kind: str = "", errors: Any = None, headers: Any = None
) -> Response:
    """A response with a problem document; ``errors`` lists what is wrong by field."""
    document: dict[str, Any] = {
        "type": f"urn:jiannuo:problem:{kind}" if kind else "about:blank",
        "title": titles().get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or titles().get(status, ""),
        "instance": request.get_full_path() if request is not None else "",
    }
    if errors:
        document["errors"] = errors
    return Response(document, status=status, headers=headers, content_type=CONTENT_TYPE)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response:
    """The problem document for ``error``. What nobody expected is logged and answered with 500."""
    request = context.get("request")
    if isinstance(error, PartGone):
        return problem_response(request, 409, error.messages[0], kind="part-gone")
    if isinstance(error, DjangoValidationError):
        return _invalid(request, _errors_of(error))
    if isinstance(error, exceptions.ValidationError):
        return _invalid(request, _by_field(error.detail))
    if isinstance(error, CONFLICTS):
        kind = next(name for known, name in TYPES.items() if isinstance(error, known))
        return problem_response(request, 409, str(error), kind=kind)
    if isinstance(error, Problem):
        return problem_response(
            request, error.status_code, str(error.detail), kind=error.kind, errors=error.errors
        )
    if isinstance(error, PermissionDenied):
        # Its text is the name of a permission, which is of no use to the caller.
        return problem_response(request, 403)
    if isinstance(error, Http404):
        return problem_response(request, 404)
    known = exception_handler(error, context)
    if known is not None:
        detail = getattr(error, "detail", "")
        headers = {name: known[name] for name in ("Retry-After", "WWW-Authenticate") if name in known}
        return problem_response(request, known.status_code, str(detail), headers=headers)
    if isinstance(error, OperationalError):
        logger.error("The database did not answer", exc_info=error)
        return problem_response(request, 503, _("The database is busy. Try again in a moment."))
    logger.error("Unexpected error in the API", exc_info=error)
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    return problem_response(request, 500, _("The error has been recorded. Try again later."))


def _invalid(request: Any, errors: dict[str, Any]) -> Response:
    first = next((texts[0] for texts in errors.values() if isinstance(texts, list) and texts), "")
    return problem_response(request, 422, str(first), kind="invalid", errors=errors)


def _errors_of(error: DjangoValidationError) -> dict[str, Any]:
    """Texts by field; what belongs to no field stands under ``non_field_errors``."""
    if hasattr(error, "error_dict"):
        return {
            ("non_field_errors" if field == "__all__" else field): texts
            for field, texts in error.message_dict.items()
        }
    return {"non_field_errors": error.messages}


def _by_field(detail: Any) -> dict[str, Any]:
    if isinstance(detail, dict):
        return detail
    return {"non_field_errors": detail if isinstance(detail, list) else [detail]}
