from __future__ import annotations

from django.urls import path

from jiannuo.operations.followups.views import campaigns, followups, letters, months, scripts, settings

app_name = "followups"
urlpatterns = [
    path("followups/", followups.FollowUpList.as_view(), name="list"),
    path("followups/next/", followups.next_one, name="next"),
    path("followups/new/", followups.new, name="new"),
    path("followups/month/", months.month, name="month"),
    path("followups/register/calls.pdf", months.call_register, name="call_register"),
    path("followups/register/letters.pdf", months.letter_register, name="letter_register"),
    path("followups/settings/", settings.settings, name="settings"),
    path("followups/settings/templates/new/", settings.template_new, name="template_new"),
    path("followups/settings/templates/<int:pk>/", settings.template_edit, name="template_edit"),
    path("followups/settings/scripts/new/", scripts.script_new, name="script_new"),
    path("followups/settings/scripts/<int:pk>/", scripts.script, name="script"),
    path("followups/settings/scripts/<int:pk>/edit/", scripts.script_edit, name="script_edit"),
    path("followups/settings/scripts/<int:pk>/draft/", scripts.draft, name="script_draft"),
    path("followups/settings/versions/<int:pk>/publish/", scripts.publish, name="script_publish"),
    path("followups/settings/versions/<int:pk>/words/", scripts.words, name="script_words"),
    path("followups/settings/versions/<int:pk>/questions/new/", scripts.question_new, name="question_new"),
    path("followups/settings/questions/<int:pk>/", scripts.question_edit, name="question_edit"),
    path("followups/settings/questions/<int:pk>/rules/new/", scripts.rule_new, name="rule_new"),
    path(
        "followups/settings/questions/<int:pk>/<str:change>/", scripts.question_change, name="question_change"
    ),
    path("followups/settings/rules/<int:pk>/remove/", scripts.rule_remove, name="rule_remove"),
    path("followups/settings/<str:table>/new/", settings.setting_new, name="setting_new"),
    path("followups/settings/<str:table>/<int:pk>/", settings.setting_edit, name="setting_edit"),
    path("followups/of/<str:number>/", followups.of_document, name="of_document"),
    path("followups/<str:number>/", followups.FollowUpPage.as_view(), name="detail"),
    path("followups/<str:number>/call/", followups.call, name="call"),
    path("followups/<str:number>/not-reached/", followups.not_reached, name="not_reached"),
    path("followups/<str:number>/notes/", followups.notes, name="notes"),
    path("followups/<str:number>/put-back/", followups.put_back, name="put_back"),
    path("followups/<str:number>/answers/<int:pk>/", followups.answer, name="answer"),
    path("letters/", letters.LetterList.as_view(), name="letters"),
    path("letters/print.pdf", letters.letters_print, name="letters_print"),
    path("letters/new/", letters.letter_new, name="letter_new"),
    path("letters/doubts/<int:pk>/", letters.doubt_clear, name="doubt_clear"),
    path("letters/<str:number>/", letters.LetterPage.as_view(), name="letter"),
    path("campaigns/", campaigns.CampaignList.as_view(), name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/entries/<int:pk>/", campaigns.entry, name="entry"),
    path("campaigns/<str:number>/", campaigns.CampaignPage.as_view(), name="campaign"),
    path("campaigns/<str:number>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<str:number>/audience/", campaigns.audience, name="audience"),
    path("campaigns/<str:number>/customers/", campaigns.EntryList.as_view(), name="entries"),
    path("campaigns/<str:number>/letters/", campaigns.write, name="write_letters"),
    path("campaigns/<str:number>/letters.pdf", campaigns.print_letters, name="print_letters"),
    path("campaigns/<str:number>/addresses.xlsx", campaigns.addresses, name="addresses"),
]
