"""The statistics forms as page, print and workbook: F59 satisfaction, F60 opinions."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from jiannuo.kernel.months import month_named, month_of, months_before
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables.writers import CONTENT_TYPES, Sheet, new_workbook
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys import queries
from jiannuo.operations.surveys.models import Questionnaire
from jiannuo.operations.surveys.queries import GROUPS, Span, Tally
from jiannuo.operations.surveys.services.reporting import REPORT
from jiannuo.operations.surveys.wording import target_rows


def _span(request: HttpRequest) -> tuple[Span | None, dict[str, Any]]:
    """What the address asks for; without months the last half year."""
    user: Any = request.user
    questionnaires = list(
        Questionnaire.objects.usable_by(user)
        .select_related("organization")
        .filter(editions__state__in=["published", "retired"])
        .distinct()
        .order_by("-is_active", "code")
    )
    organizations = list(Organization.objects.visible_to(user).active().exclude(kind="supplier"))
    code = request.GET.get("questionnaire", "")
    chosen = next((one for one in questionnaires if one.code == code), None)
    chosen = chosen or (questionnaires[0] if questionnaires else None)
    last = month_of(request.GET.get("to", ""))
    first = month_named(request.GET.get("from", "")) or months_before(last, queries.USUAL_MONTHS - 1)
    first = max(min(first, last), months_before(last, queries.MOST_MONTHS - 1))
    key = request.GET.get("organization", "")
    below = next((one for one in organizations if str(one.pk) == key), None)
    by = request.GET.get("by", "organization")
    context = {
        "questionnaires": questionnaires,
        "organizations": organizations,
        "groups": [(name, label) for name, label in GROUPS.items() if name != "month"],
        "by": by if by in GROUPS and by != "month" else "organization",
        "first": first,
        "last": last,
        "query": request.GET.urlencode(),
    }
    return (Span(chosen, first, last, below) if chosen is not None else None), context


def _figures(request: HttpRequest) -> dict[str, Any]:
    span, context = _span(request)
    if span is None:
        return {**context, "span": None}
    edition = span.questionnaire.current
    small = edition.small_number if edition else 0
    months = queries.tallies(request.user, span, "month", small_number=small)
    total = queries.total_of(months, small_number=small)
    return {
        **context,
        "span": span,
        "months": months,
        "total": total,
        "parts": [
            {
                "name": context["by"],
                "label": GROUPS[context["by"]],
                "rows": queries.tallies(request.user, span, context["by"], small_number=small),
            }
        ],
        "questions": queries.question_figures(request.user, span),
        "targets": target_rows(queries.targets_for(span, total)),
        "small_number": small,
    }


def _opinions(request: HttpRequest) -> dict[str, Any]:
    span, context = _span(request)
    if span is None:
        return {**context, "span": None}
    return {
        **context,
        "span": span,
        "opinions": queries.opinion_figures(request.user, span),
        "opinion_parts": [
            {"name": name, "label": GROUPS[name], "rows": queries.opinion_groups(request.user, span, name)}
            for name in ("month", context["by"])
        ],
    }


@permission_required("surveys.view")
def statistics(request: HttpRequest) -> HttpResponse:
    """Satisfaction by month and by unit, product or person, against the targets."""
    user: Any = request.user
    context = {"title": gettext("Satisfaction"), "may_report": user.has_perm(REPORT), **_figures(request)}
    return render(request, "surveys/statistics.html", context)


@permission_required("surveys.view")
def opinion_statistics(request: HttpRequest) -> HttpResponse:
    """Opinions by category, by month and by unit, product or person."""
    context = {"title": gettext("Statistics of opinions"), **_opinions(request)}
    return render(request, "surveys/opinion_statistics.html", context)


def _print(context: dict[str, Any], number: str, title: str, template: str) -> HttpResponse:
    span = context["span"]
    organization = (span.organization or span.questionnaire.organization) if span else None
    more = {
        "title": title,
        "number": number,
        "organization": organization,
        "printed_at": timezone.localtime(),
        "landscape": False,
    }
    response = HttpResponse(render_pdf(template, {**context, **more}), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@permission_required("surveys.view")
def statistics_pdf(request: HttpRequest) -> HttpResponse:
    """F59."""
    title = gettext("Statistics of the satisfaction survey")
    return _print(_figures(request), "F59", title, "surveys/print/f59.html")


@permission_required("surveys.view")
def opinions_pdf(request: HttpRequest) -> HttpResponse:
    """F60."""
    return _print(_opinions(request), "F60", gettext("Statistics of opinions"), "surveys/print/f60.html")


def _workbook(number: str, write: Callable[[Any], None]) -> HttpResponse:
    content = io.BytesIO()
    with new_workbook(content) as workbook:
        write(workbook)
    response = HttpResponse(content.getvalue(), content_type=CONTENT_TYPES["xlsx"])
    day: date = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="{number}-{day:%Y%m%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(row: Tally) -> list[Any]:
    figures = (row.csi, row.nps, row.satisfaction, row.response)
    shown = ["" if figure is None else float(figure) for figure in figures]
    few = gettext("few answers") if row.is_small else ""
    return [row.label, row.answers, *shown, row.asked, few]


@permission_required("surveys.view")
def statistics_xlsx(request: HttpRequest) -> HttpResponse:
    """F59 as a workbook: months, groups, questions."""
    found = _figures(request)

    def write(workbook: Any) -> None:
        if found["span"] is None:
            Sheet(workbook, gettext("by month"), [gettext("No questionnaire was published yet.")])
            return
        heading = [
            *(
                gettext("Answers"),
                gettext("Satisfaction index"),
                gettext("NPS"),
                gettext("Satisfied (%)"),
                gettext("Response (%)"),
            ),
            *(pgettext("survey", "Asked"), gettext("Remark")),
        ]
        sheet = Sheet(workbook, gettext("by month"), [gettext("Month"), *heading])
        for row in (*found["months"], found["total"]):
            sheet.add(_cells(row))
        for part in found["parts"]:
            sheet = Sheet(workbook, str(part["label"]), [gettext("Group"), *heading])
            for row in part["rows"]:
                sheet.add(_cells(row))
        sheet = Sheet(
            workbook,
            gettext("Questions"),
            [gettext("Question"), gettext("Answer"), gettext("Number of answers"), gettext("Share (%)")],
        )
        for question in found["questions"]:
            for name, count, share in question.rows:
                sheet.add([question.question.text, name, count, float(share)])

    return _workbook("F59", write)


@permission_required("surveys.view")
def opinions_xlsx(request: HttpRequest) -> HttpResponse:
    """F60 as a workbook: categories, then months and groups with a column for each category."""
    found = _opinions(request)

    def write(workbook: Any) -> None:
        heading = [
            gettext("Category of opinions"),
            gettext("Number of opinions"),
            gettext("Share (%)"),
            gettext("Examples"),
        ]
        sheet = Sheet(workbook, gettext("Statistics of opinions"), heading)
        if found["span"] is None:
            return
        figures = found["opinions"]
        for row in figures.rows:
            sheet.add([row.category.name, row.count, float(row.share), "\n".join(row.examples)])
        sheet.add([gettext("Total"), figures.total, "", ""])
        sheet.add([gettext("unconfirmed, in no line"), figures.unconfirmed, "", ""])
        names = [row.category.name for row in figures.rows]
        for part in found["opinion_parts"]:
            heading = [
                gettext("Month") if part["name"] == "month" else gettext("Group"),
                gettext("Number of opinions"),
                gettext("Share (%)"),
                *names,
                gettext("unconfirmed"),
            ]
            sheet = Sheet(workbook, str(part["label"]), heading)
            for group in part["rows"]:
                counts = [group.of(name) for name in names]
                sheet.add([group.label, group.count, float(group.share), *counts, group.unconfirmed])

    return _workbook("F60", write)
