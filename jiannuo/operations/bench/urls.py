from __future__ import annotations

from django.urls import path

from jiannuo.operations.bench import views

app_name = "bench"
urlpatterns = [
    path("bench/", views.BenchList.as_view(), name="list"),
    path("bench/new", views.take_in_page, name="new"),
    path("bench/lacking", views.lacking_receipts, name="lacking"),
    path("bench/settings", views.settings, name="settings"),
    path("bench/settings/rules/new", views.rules_new, name="rules_new"),
    path("bench/settings/rules/<int:pk>", views.rules_edit, name="rules_edit"),
    path("bench/settings/grades/new", views.grade_new, name="grade_new"),
    path("bench/settings/grades/<int:pk>", views.grade_edit, name="grade_edit"),
    path("bench/settings/grades/<int:pk>/remove", views.grade_remove, name="grade_remove"),
    path("bench/<str:number>/", views.CarryInPage.as_view(), name="detail"),
    path("bench/<str:number>/hand-over", views.hand_over_page, name="hand_over"),
    path("goods/", views.GoodsBook.as_view(), name="book"),
    path("goods/book.pdf", views.book_pdf, name="book_pdf"),
    path("loans/", views.LoanList.as_view(), name="loans"),
    path("loans/new", views.lend_page, name="lend"),
    path("loans/pool/", views.PoolList.as_view(), name="pool"),
    path("loans/pool/new", views.equipment_new, name="equipment_new"),
    path("loans/pool/<int:pk>/", views.equipment, name="equipment"),
    path("loans/pool/<int:pk>/edit", views.equipment_edit, name="equipment_edit"),
    path("loans/<str:number>/", views.LoanPage.as_view(), name="loan"),
    path("loans/<str:number>/take-back", views.take_back_page, name="take_back"),
]
