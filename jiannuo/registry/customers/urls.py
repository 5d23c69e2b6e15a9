from __future__ import annotations

from django.urls import path

from jiannuo.registry.customers.views import accounts, detail, editing, lists, merging, privacy

app_name = "customers"
urlpatterns = [
    path("customers/", lists.CustomerList.as_view(), name="list"),
    path("customers/new", editing.CustomerEdit.as_view(), name="create"),
    path("customers/choices", lists.picker, name="picker"),
    path("customers/key-accounts/", accounts.key_accounts, name="key_accounts"),
    path("customers/duplicates", editing.duplicates, name="duplicates"),
    path("customers/rows/<slug:name>", editing.entry_row, name="row"),
    path("customers/<int:pk>/", detail.detail, name="detail"),
    path("customers/<int:pk>/tab/<slug:tab>", detail.tab, name="tab"),
    path("customers/<int:pk>/edit", editing.CustomerEdit.as_view(), name="edit"),
    path("customers/<int:pk>/archive", editing.archive, name="archive"),
    path("customers/<int:pk>/merge", merging.ChooseOther.as_view(), name="choose_other"),
    path("customers/<int:pk>/merge/<int:other>", merging.Merge.as_view(), name="merge"),
    path("customers/merges/<int:pk>/undo", merging.undo, name="undo_merge"),
    path("customers/<int:pk>/data.<slug:form>", privacy.export, name="export"),
    path("customers/<int:pk>/erase", privacy.Erase.as_view(), name="erase"),
]
