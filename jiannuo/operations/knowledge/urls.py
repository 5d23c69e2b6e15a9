from __future__ import annotations

from django.urls import path

from jiannuo.operations.knowledge.views import editing, finding, managing

app_name = "knowledge"
urlpatterns = [
    path("knowledge/", finding.home, name="home"),
    path("knowledge/suggest/", finding.suggestion, name="suggest"),
    path("knowledge/choose/", finding.choose, name="choose"),
    path("knowledge/read/<str:number>/", finding.read, name="read"),
    path("knowledge/read/<str:number>/vote/", finding.vote, name="vote"),
    path("knowledge/cases/<int:pk>/", finding.case, name="case"),
    path("knowledge/articles/", editing.ArticleList.as_view(), name="list"),
    path("knowledge/articles/new/", editing.create, name="create"),
    path("knowledge/articles/<str:number>/", editing.ArticlePage.as_view(), name="detail"),
    path("knowledge/articles/<str:number>/edit/", editing.edit, name="edit"),
    path("knowledge/articles/<str:number>/versions/<int:edition>/", editing.edition, name="edition"),
    path("knowledge/synonyms/", managing.synonyms, name="synonyms"),
    path("knowledge/synonyms/new/", managing.SynonymDialog.as_view(), name="synonym_new"),
    path("knowledge/synonyms/<int:group>/", managing.SynonymDialog.as_view(), name="synonym_edit"),
    path("knowledge/synonyms/<int:group>/remove/", managing.synonym_remove, name="synonym_remove"),
    path("knowledge/rules/", managing.rules, name="rules"),
    path("knowledge/rules/<str:kind>/", managing.RuleDialog.as_view(), name="rule_edit"),
]
