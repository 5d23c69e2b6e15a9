"""Answers on paper from a file: one row an answer, one column a question of the questionnaire, in its order."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.exchange.importers import (
    Created,
    ImportColumn,
    ImportContext,
    Importer,
    Row,
    day,
    register,
    text,
)
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys.models import Edition, Question, Questionnaire, SurveyAnswer
from jiannuo.operations.surveys.scores import LONGEST_TEXT, read_replies
from jiannuo.operations.surveys.services import enter_answer
from jiannuo.operations.surveys.services.guarding import fingerprint
from jiannuo.registry.customers.models import Customer, Phone
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.models import InstalledUnit

MOST_QUESTIONS = 20
#: the columns that a row is known by again, beside organisation, day and number
PRINTED = (
    "questionnaire",
    "name",
    "phone",
    "serial",
    "person",
    *(f"q{n}" for n in range(1, MOST_QUESTIONS + 1)),
)
_BETWEEN = re.compile(r"[、,，;；/]+")
Kind = Question.Kind


def phone(value: Any) -> str:
    """A telephone number in E.164."""
    written = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return normalise_phone(written)


def _question_column(place: int) -> ImportColumn:
    names = (f"第{place}题", f"问题{place}", f"题{place}", f"Q{place}", f"question {place}")
    label = gettext_lazy("question %(place)s") % {"place": place}
    return ImportColumn(
        f"q{place}", label, names, parse=text(LONGEST_TEXT), example="5" if place == 1 else ""
    )


@register
class AnswerImporter(Importer):
    """Questionnaires on paper (顾客满意度调查表)."""

    id = "survey-answers"
    title = gettext_lazy("Survey answers")
    permission = "surveys.enter"
    portion = 100
    columns = (
        ImportColumn(
            *("questionnaire", gettext_lazy("questionnaire"), ("问卷", "问卷代码", "调查表")),
            required=True, parse=text(30), help_text=gettext_lazy("Its code."),
        ),
        ImportColumn(
            *("organization", gettext_lazy("organisation"), ("机构", "单位", "经销商", "机构代码")),
            parse=text(32), help_text=gettext_lazy("Its code; empty: the organisation of the import."),
        ),
        ImportColumn(
            *("answered_on", gettext_lazy("answered on"), ("日期", "填写日期", "调查日期")),
            required=True, parse=day, example="2026-11-03",
        ),
        ImportColumn("name", gettext_lazy("name"), ("姓名", "客户", "客户姓名", "顾客"), parse=text(60)),
        ImportColumn("phone", gettext_lazy("phone"), ("电话", "手机", "联系电话"), parse=phone),
        ImportColumn("serial", gettext_lazy("serial number"), ("序列号", "机号", "SN"), parse=text(40)),
        ImportColumn(
            *("person", gettext_lazy("technician"), ("工程师", "维修人员", "服务人员")),
            parse=text(60), help_text=gettext_lazy("The user name."),
        ),
        ImportColumn(
            *("number", gettext_lazy("number of the form or order"), ("问卷编号", "编号", "单号", "工单号")),
            parse=text(40), help_text=gettext_lazy("Tells equal answers apart; empty: by their row."),
        ),
        *(_question_column(place) for place in range(1, MOST_QUESTIONS + 1)),
    )  # fmt: skip

    def __init__(self, context: ImportContext) -> None:
        super().__init__(context)
        self.editions: dict[str, Edition] = {}
        self.questions: dict[int, list[Question]] = {}
        self.organizations: dict[str, Organization] = {}
        self.seen: set[tuple[int, int, str, date]] = set()
        self.printed: set[str] = set()

    def prepare(self) -> None:
        """The published questionnaires and the organisations for which this person may enter answers."""
        user = self.context.user
        rows = Edition.objects.filter(
            state=Edition.State.PUBLISHED,
            questionnaire__in=Questionnaire.objects.usable_by(user).filter(is_active=True),
        ).select_related("questionnaire__organization")
        for edition in rows.prefetch_related("questions"):
            self.editions[edition.questionnaire.code] = edition
            self.questions[edition.pk] = list(edition.questions.all())
        for organization in Organization.objects.visible_to(user).active():
            if user.has_perm(self.permission, organization):
                self.organizations[organization.code] = organization

    def check_portion(self, rows: Sequence[Row]) -> None:
        """Refuse what does not fit the questionnaire, each at its cell."""
        self._units(rows)
        self._people(rows)
        self._customers(rows)
        self._known(rows)
        for row in rows:
            self._check(row)
        self._once([row for row in rows if not row.faults])

    def _units(self, rows: Sequence[Row]) -> None:
        serials = {row.values["serial"] for row in rows if row.values.get("serial")}
        units = InstalledUnit.objects.visible_to(self.context.user).filter(serial__in=serials)
        found = {unit.serial: unit for unit in units.select_related("model", "customer")}
        for row in rows:
            serial = row.values.get("serial")
            row.values["unit"] = found.get(serial) if serial else None
            if serial and serial not in found:
                row.refuse("serial", _("There is no such unit: %(serial)s.") % {"serial": serial})

    def _people(self, rows: Sequence[Row]) -> None:
        names = {row.values["person"] for row in rows if row.values.get("person")}
        people = User.objects.visible_to(self.context.user).filter(username__in=names)
        found = {person.username: person for person in people}
        for row in rows:
            name = row.values.get("person")
            if name and name not in found:
                row.refuse("person", _("There is no person with the user name %(name)s.") % {"name": name})
            row.values["technician"] = found.get(name) if name else None

    def _customers(self, rows: Sequence[Row]) -> None:
        numbers = {row.values["phone"] for row in rows if row.values.get("phone")}
        seen = Customer.objects.visible_to(self.context.user).active()
        by_number: dict[str, set[Customer]] = {}
        for known in Phone.objects.filter(number__in=numbers, customer__in=seen).select_related("customer"):
            by_number.setdefault(known.number, set()).add(known.customer)
        for row in rows:
            found = by_number.get(row.values.get("phone", ""), set())
            unit = row.values.get("unit")
            row.values["customer"] = (
                next(iter(found)) if len(found) == 1 else unit.customer if unit is not None else None
            )

    def _known(self, rows: Sequence[Row]) -> None:
        numbers = {row.values["phone"] for row in rows if row.values.get("phone")}
        days = [row.values["answered_on"] for row in rows if row.values.get("answered_on")]
        if not numbers or not days:
            return
        begin = timezone.make_aware(datetime.combine(min(days), time.min))
        known = SurveyAnswer.objects.filter(phone__in=numbers, answered_at__gte=begin)
        for edition, organization, number, at in known.values_list(
            "edition", "organization", "phone", "answered_at"
        ):
            self.seen.add((edition, organization, number, timezone.localdate(at)))

    def _check(self, row: Row) -> None:
        edition = self.editions.get(row.values.get("questionnaire", ""))
        if edition is None:
            if row.values.get("questionnaire"):
                row.refuse("questionnaire", _("There is no published questionnaire with this code."))
            return
        organization = self._organization(row, edition)
        answered_on = row.values.get("answered_on")
        if answered_on and answered_on > timezone.localdate():
            row.refuse("answered_on", _("It cannot have been answered later than today."))
        questions = self.questions[edition.pk]
        values, places = self._replies(row, questions)
        try:
            read_replies(questions, values)
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                for code, texts in error.message_dict.items():
                    if not row.refused(places.get(code, "")):
                        row.refuse(places.get(code, ""), " ".join(texts))
            else:
                row.refuse("", " ".join(error.messages))
        if row.values.get("phone") and organization is not None and answered_on:
            key = (edition.pk, organization.pk, row.values["phone"], answered_on)
            if key in self.seen:
                row.refuse("phone", _("There is an answer of this number on this day already."))
            self.seen.add(key)
        row.values |= {"edition": edition, "judged": organization, "replies": values}

    def _once(self, rows: Sequence[Row]) -> None:
        """Refuse rows that a file has brought in before; equal answers on other rows of a sheet are real ones."""
        prints = SurveyAnswer.objects.filter(sheet_print__in={print_of(row) for row in rows})
        known = dict(prints.values_list("sheet_print", "number"))
        for row in rows:
            row.values["print"] = mark = print_of(row)
            column = "number" if row.values.get("number") else "answered_on"
            if mark in known:
                told = _("This row was taken in before as %(number)s.") % {"number": known[mark]}
                advice = _(
                    "If another customer gave the same answers, write the number of the form or order."
                )
                row.refuse(column, f"{told} {advice}")
            elif mark in self.printed:
                row.refuse(column, _("The same answers with this number stand in the file already."))
            self.printed.add(mark)

    def _organization(self, row: Row, edition: Edition) -> Organization | None:
        code = row.values.get("organization") or self.context.organization.code
        organization = self.organizations.get(code)
        if organization is None:
            row.refuse(
                "organization", _("There is no organisation with this code where you may enter answers.")
            )
        elif not organization.path.startswith(edition.questionnaire.organization.path):
            row.refuse("organization", _("The questionnaire is not for this organisation."))
        return organization

    def _replies(self, row: Row, questions: Sequence[Question]) -> tuple[dict[str, Any], dict[str, str]]:
        """The replies by question code, and the column of each; words of choices become their places."""
        values: dict[str, Any] = {}
        places: dict[str, str] = {}
        for place, question in enumerate(questions[:MOST_QUESTIONS], start=1):
            column = f"q{place}"
            places[question.code] = column
            cell = row.values.get(column)
            if cell in (None, ""):
                continue
            try:
                values[question.code] = _meant(question, str(cell))
            except ValueError as error:
                row.refuse(column, str(error))
        for place in range(len(questions) + 1, MOST_QUESTIONS + 1):
            if row.values.get(f"q{place}"):
                row.refuse(f"q{place}", _("The questionnaire has no such question."))
        return values, places

    def save_portion(self, rows: Sequence[Row]) -> Created:
        """Enter each row as an answer from a file."""
        made = []
        for row in rows:
            values = row.values
            day_at = timezone.make_aware(datetime.combine(values["answered_on"], time(12)))
            made.append(
                enter_answer(
                    values["edition"],
                    values["replies"],
                    by=self.context.user,
                    organization=values["judged"],
                    customer=values["customer"],
                    unit=values["unit"],
                    person=values["technician"],
                    name=values.get("name") or "",
                    phone=values.get("phone") or "",
                    way=SurveyAnswer.Way.SHEET,
                    answered_at=min(day_at, timezone.now()),
                    sheet_print=values["print"],
                )
            )
        return {SurveyAnswer._meta.label_lower: made}


def print_of(row: Row) -> str:
    """The fingerprint of a row: what it says, and the number of its form or order, else its place in the file."""
    values = row.values
    place = values.get("number") or f"{row.sheet}:{row.number}"
    said = [values["judged"].pk, values["answered_on"].isoformat(), place]
    said += [values.get(name) or "" for name in PRINTED]
    return fingerprint(json.dumps(said, ensure_ascii=False, default=str))


def _meant(question: Question, cell: str) -> Any:
    """What a cell means: a number, or for choices the words or their numbers from 1; raises ValueError."""
    if question.kind not in (Kind.CHOICE, Kind.CHOICES):
        return cell.strip()
    options = question.option_list
    found = []
    for part in filter(None, map(str.strip, _BETWEEN.split(cell))):
        if part in options:
            found.append(options.index(part))
        elif part.isdecimal() and 1 <= int(part) <= len(options):
            found.append(int(part) - 1)
        else:
            raise ValueError(
                _("“%(text)s” is none of the choices: %(words)s.")
                % {"text": part[:30], "words": "、".join(options)}
            )
    if question.kind == Kind.CHOICE:
        if len(found) != 1:
            raise ValueError(_("Give one choice."))
        return found[0]
    return found
