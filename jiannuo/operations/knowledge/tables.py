"""The list of articles."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn
from jiannuo.operations.knowledge.models import Article

ONE_LINE = {"td": {"class": "text-nowrap"}}
FIGURE = {"td": {"class": "text-end"}, "th": {"class": "text-end"}}


class ArticleTable(tables.Table):
    """Articles as lists show them."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    title = tables.Column(verbose_name=_("title"), attrs={"td": {"class": "j-wide"}})
    state = StateColumn()
    article_kind = tables.Column(attrs=ONE_LINE)
    owner = tables.Column(attrs=ONE_LINE)
    review_on = tables.DateColumn(format="Y-m-d", attrs=ONE_LINE)
    views = tables.Column(accessor="counter__views", verbose_name=_("views"), orderable=False, attrs=FIGURE)
    useful = tables.Column(
        accessor="counter__useful", verbose_name=_("useful"), orderable=False, attrs=FIGURE
    )
    useless = tables.Column(
        accessor="counter__useless", verbose_name=_("not useful"), orderable=False, attrs=FIGURE
    )
    uses = tables.Column(
        accessor="counter__uses", verbose_name=_("requests answered"), orderable=False, attrs=FIGURE
    )
    edition = tables.Column(
        accessor="published__number", verbose_name=_("version"), orderable=False, attrs=FIGURE
    )
    organization = tables.Column()
    created = MomentColumn(accessor="created_at", verbose_name=_("created"))

    class Meta:
        model = Article
        fields: tuple[Any, ...] = (
            *("number", "title", "state", "article_kind", "owner", "review_on", "views", "useful", "useless"),
            *("uses", "edition", "organization", "created"),
        )
