from __future__ import annotations

from django.urls import path

from jiannuo.registry.products.views import detail, dialogs, lists, pickers

app_name = "products"
urlpatterns = [
    path("products/", lists.ModelList.as_view(), name="list"),
    path("products/new", detail.ModelEdit.as_view(), name="create"),
    path("products/<int:pk>/", detail.detail, name="detail"),
    path("products/<int:pk>/edit", detail.ModelEdit.as_view(), name="edit"),
    path("products/<int:model>/components/new", dialogs.ComponentDialog.as_view(), name="component_create"),
    path(
        "products/<int:model>/components/<int:below>/new",
        dialogs.ComponentDialog.as_view(),
        name="component_below",
    ),
    path(
        "products/<int:model>/components/<int:pk>", dialogs.ComponentDialog.as_view(), name="component_edit"
    ),
    path("products/<int:model>/parts/new", dialogs.PartListDialog.as_view(), name="line_create"),
    path("products/<int:model>/parts/<int:pk>", dialogs.PartListDialog.as_view(), name="line_edit"),
    path("products/<int:model>/documents/new", dialogs.DocumentDialog.as_view(), name="document_create"),
    path("products/remove/<slug:kind>/<int:pk>", dialogs.remove, name="remove"),
    path("products/categories/", lists.categories, name="categories"),
    path("products/categories/new", dialogs.CategoryDialog.as_view(), name="category_create"),
    path("products/categories/<int:below>/new", dialogs.CategoryDialog.as_view(), name="category_below"),
    path("products/categories/<int:pk>", dialogs.CategoryDialog.as_view(), name="category_edit"),
    path("products/parts/", lists.PartList.as_view(), name="parts"),
    path("products/parts/new", dialogs.PartDialog.as_view(), name="part_create"),
    path("products/parts/<int:pk>", dialogs.PartDialog.as_view(), name="part_edit"),
    path("products/labour/", lists.LabourList.as_view(), name="labour"),
    path("products/labour/new", dialogs.LabourDialog.as_view(), name="labour_create"),
    path("products/labour/<int:pk>", dialogs.LabourDialog.as_view(), name="labour_edit"),
    path("products/codes/<slug:kind>/", lists.codes, name="codes"),
    path("products/codes/<slug:kind>/new", dialogs.FaultCodeDialog.as_view(), name="code_create"),
    path("products/codes/below/<int:below>/new", dialogs.FaultCodeDialog.as_view(), name="code_below"),
    path("products/codes/entry/<int:pk>", dialogs.FaultCodeDialog.as_view(), name="code_edit"),
    path("products/checklist/", lists.checklist, name="checklist"),
    path("products/checklist/new/<int:category>", dialogs.ChecklistDialog.as_view(), name="item_create"),
    path("products/checklist/<int:pk>", dialogs.ChecklistDialog.as_view(), name="item_edit"),
    path("products/choices/models", pickers.models, name="models"),
    path("products/choices/parts", pickers.parts, name="part_choices"),
    path("products/choices/labour", pickers.labour, name="labour_choices"),
    path("products/choices/codes", pickers.fault_codes, name="fault_codes"),
]
