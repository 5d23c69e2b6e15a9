from __future__ import annotations

from django.urls import path

from jiannuo.promises.commitments import clauseviews, draftviews, publishviews, simulatorviews, views

app_name = "commitments"
urlpatterns = [
    path("commitments/", views.CommitmentList.as_view(), name="list"),
    path("commitments/new/", draftviews.create, name="create"),
    path("commitments/import/", draftviews.upload, name="upload"),
    path("commitments/simulator/", simulatorviews.simulator, name="simulator"),
    path("commitments/reviews/<str:number>/", publishviews.ReviewPage.as_view(), name="review"),
    path("commitments/<str:code>/", views.detail, name="detail"),
    path("commitments/<str:code>/edit/", draftviews.begin, name="begin"),
    path("commitments/<str:code>/compare/", publishviews.compare, name="compare"),
    path("commitments/<str:code>/draft/", draftviews.draft, name="draft"),
    path("commitments/<str:code>/draft/ask/", publishviews.ask, name="ask"),
    path("commitments/<str:code>/draft/discard/", draftviews.discard, name="discard"),
    path("commitments/<str:code>/draft/hand-over/", draftviews.hand_over, name="hand_over"),
    path("commitments/<str:code>/draft/reopen/", publishviews.reopen, name="reopen"),
    path("commitments/<str:code>/draft/parts/<slug:name>/", draftviews.section, name="section"),
    path("commitments/<str:code>/draft/new/<slug:kind>/", clauseviews.add_clause, name="add_clause"),
    path("commitments/<str:code>/draft/preview/<slug:kind>/", clauseviews.preview, name="preview"),
    path("commitments/<str:code>/draft/confirm/<slug:clause>/", clauseviews.confirm, name="confirm"),
    path("commitments/<str:code>/draft/clauses/<int:index>/", clauseviews.edit_clause, name="edit_clause"),
    path("commitments/<str:code>/draft/clauses/<int:index>/<slug:how>/", clauseviews.arrange, name="arrange"),
    path("commitments/<str:code>/versions/<int:number>/publish/", publishviews.publish, name="publish"),
    path("commitments/<str:code>/versions/<int:number>/withdraw/", publishviews.withdraw, name="withdraw"),
    path("commitments/<str:code>/versions/<int:number>/letter.docx", publishviews.letter, name="letter"),
    path("commitments/<str:code>/versions/<int:number>/plan.docx", publishviews.plan, name="plan"),
    path("commitments/<str:code>/versions/<int:number>/pack.yaml", publishviews.export, name="export"),
]
