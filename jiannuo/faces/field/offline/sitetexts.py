"""The words of installations in the app, by key. ``{n}`` and the like are filled in by the app."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def site_texts() -> dict[str, str]:
    """All words of installations, in the language of the request."""
    return {**_project(), **_stages(), **_lines(), **_ending(), **_missing(), **_refused(), **_steps()}


def _project() -> dict[str, str]:
    return {
        "site": _("Installation"),
        "open_site": _("Open the installation"),
        "no_such_site": _("This installation is not on the phone. Perhaps somebody else goes there now."),
        "site_expected": _("Goods expected {at}"),
        "site_arrived": _("Goods arrived {at}"),
        "site_commissioning": _("Commissioning planned for {at}"),
        "site_accepted": pgettext("installation", "accepted"),
        "site_stages": _("Stages"),
        "site_arrive": _("Goods have arrived"),
        "site_go_on": _("{stage} done, go on"),
        "site_photo": _("Take a photo: {stage}"),
        "site_record": pgettext("phone", "Record"),
        "site_missing": _("Missing to go on:"),
    }


def _stages() -> dict[str, str]:
    return {
        "site_stage_delivery": _("Delivery"),
        "site_stage_unpacking": _("Unpacking"),
        "site_stage_installation": _("Installation"),
        "site_stage_commissioning": _("Commissioning"),
        "site_stage_trial": _("Trial run"),
        "site_stage_documents": _("Documents"),
        "site_stage_training": _("Training"),
        "site_stage_acceptance": _("Acceptance"),
    }


def _lines() -> dict[str, str]:
    return {
        "site_rest": _("The rest is there in good order"),
        "site_add_line": pgettext("installation", "Add a line"),
        "site_notice": _("Notice to the supplier"),
        "site_n_missing": _("{n} missing"),
        "site_unchecked_line": _("not checked"),
        "site_faulty": pgettext("installation", "not in order"),
        "site_there": pgettext("installation", "in order"),
        "site_told": _("The supplier is told."),
        "site_found": _("How many are there"),
        "site_list_says": _("The list says {n}."),
        "site_condition": pgettext("installation", "Condition"),
        "site_say_wrong": _("Say what is wrong with it."),
        "site_photo_wanted": _("Take a photo: the supplier will ask for it."),
        "site_missing_damaged": _("Missing or damaged"),
        "site_supplier": _("Supplier or branch"),
        "site_other_supplier": _("Another supplier"),
        "site_say_supplier": _("Say who sent the goods: choose a branch or name the supplier."),
        "site_item": _("Item"),
        "site_on_list": _("On the list"),
        "site_no_order_yet": _("no work order yet"),
        "site_no_values": _("No value is asked for."),
        "site_passed": pgettext("measurement", "passed"),
        "site_failed": pgettext("measurement", "not passed"),
        "site_trial_hours": _("Trial run (hours)"),
        "site_trial_basis": _("Who says so"),
        "site_trial_short": _("{n} hours are promised; it cannot be shorter."),
        "site_trial_start": _("Begin the trial run"),
        "site_trial_n_hours": _("{n} hours"),
        "site_trial_from": _("counts from {at}"),
        "site_trial_until": _("until {at}"),
        "site_stopped_since": _("interrupted since {at}"),
        "site_trial_note": _("Runs as it should"),
        "site_trial_stop": _("Interrupted"),
        "site_trial_resume": _("Goes on"),
        "site_trial_over": _("The trial run had run its hours by then."),
        "site_hand": pgettext("papers", "Hand over"),
        "site_handed": pgettext("installation", "handed over"),
        "site_add_paper": _("Another document"),
        "site_paper_title": pgettext("installation", "Document"),
        "site_copies": _("Copies"),
        "site_sign_papers": _("Sign for the documents"),
        "site_add_topic": _("Another topic"),
        "site_topic": _("Topic"),
        "site_hours": _("Hours promised"),
        "site_hours_held": _("Hours held"),
        "site_hours_of": _("{held} of {hours} h"),
        "site_trainer": _("Trainer"),
        "site_taught": _("taught"),
        "site_to_teach": _("to be taught"),
        "site_add_trainee": _("Add a trainee"),
        "site_n_trainees": _("{n} trainees"),
        "site_name": pgettext("installation", "Name"),
        "site_duty": _("Duty"),
        "site_knows": _("knows {n} of {of}"),
        "site_unassessed": _("not assessed"),
        "site_signed": pgettext("installation", "signed"),
        "site_unsigned": _("not signed"),
        "site_assess": _("Assess the trainee"),
        "site_knows_can": _("Knows or can"),
        "site_trainee_signs": _("Trainee signs"),
        "site_teach_first": _("Record first what was taught; then the trainee can sign."),
    }


def _ending() -> dict[str, str]:
    return {
        "site_remaining": _("What remains to be done"),
        "site_nothing_remains": _("Nothing."),
        "site_add_remaining": _("Agree what remains"),
        "site_what_remains": _("What remains"),
        "site_due_on": _("Agreed for"),
        "site_day_passed": _("This day has passed."),
        "site_unit": _("Unit"),
        "site_how_done": _("What was done"),
        "site_accept": _("Acceptance by the customer"),
        "site_accept_words": _("Show this to the customer. The warranty begins with the acceptance."),
        "site_reservations": _("With these reservations:"),
        "site_units_accepted": _("Units accepted"),
        "site_opinion": _("Opinion"),
        "site_signed_by": _("Signed by"),
        "site_accept_sign": _("Accept and sign"),
        "site_accepted_by": _("Accepted, signed by {name}"),
        "site_refused_by": _("Acceptance refused by {name}"),
        "site_refuse": _("Acceptance refused"),
        "site_reasons": _("Reasons"),
        "site_reasons_hint": _("One in each line; each is to be mended."),
        "site_mended_until": _("Mended until"),
        "site_paper": _("Photo of the signed form"),
        "site_present_again": _("Mended: present it again"),
    }


def _missing() -> dict[str, str]:
    """What a stage lacks."""
    return {
        "site_no_list": _("The packing list is empty. Add the lines that are in the crate."),
        "site_unchecked": _("Lines of the packing list not checked: {n}"),
        "site_untold": _("Send the supplier a notice about: {items}"),
        "site_no_order": _("{unit} has no work order yet; the office makes it."),
        "site_order_open": _("Work order {number} is not completed."),
        "site_unmeasured": _("“{value}” is not measured."),
        "site_not_passed": _("“{value}” has not passed. Adjust and measure again."),
        "site_trial_begin": _("Begin the trial run."),
        "site_trial_stopped": _("The trial run is interrupted. Record when it goes on."),
        "site_trial_lasts": _("The trial run lasts until {at}."),
        "site_not_handed": _("Not handed over yet: {titles}"),
        "site_no_papers": _("Record which documents are handed over."),
        "site_papers_unsigned": _("The customer has not signed for the documents."),
        "site_no_topics": _("Enter the topics of the training."),
        "site_not_held": _("Topic not held: {topic}"),
        "site_held_short": _("“{topic}”: {held} of {hours} hours held."),
        "site_no_trainees": _("Enter who was trained."),
        "site_not_signed": _("Not signed yet: {names}"),
        "site_not_assessed": _("Not assessed yet: {names}"),
        "site_to_mend": _("To be mended: {what}"),
        "site_left_out": _("{unit} is left out: enter first what remains to be done and until when."),
    }


def _refused() -> dict[str, str]:
    return {
        "site_send_anew": _("Send as it is now"),
        "site_refused_state": _(
            "The office went on meanwhile. Drop this step; what follows is sent, and the rest is kept. "
            "If it says something that the office does not know, send it as a note."
        ),
        "site_refused_fits": _(
            "Somebody changed the installation meanwhile. Look at it; "
            "if your step is still right, send it as it is now."
        ),
        "site_refused_changed": _(
            "The line was refused or dropped. Drop this one, too, or send it as a note."
        ),
        "site_drop_all": _(
            "Drop everything of this installation that is not sent? It cannot be brought back."
        ),
    }


def _steps() -> dict[str, str]:
    """Names of the steps, for what waits to be sent."""
    return {
        "step_site_arrive": _("Goods have arrived"),
        "step_site_go-on": _("Stage done"),
        "step_site_packing": _("Line of the packing list"),
        "step_site_packing-rest": _("The rest is there in good order"),
        "step_site_packing-add": _("Line added to the packing list"),
        "step_site_notice": _("Notice to the supplier"),
        "step_site_photos": pgettext("installation", "Photo"),
        "step_site_measure": _("Measured value"),
        "step_site_trial-start": _("Begin the trial run"),
        "step_site_trial": _("Log of the trial run"),
        "step_site_paper": _("Document handed over"),
        "step_site_paper-add": _("Another document handed over"),
        "step_site_paper-sign": _("Signed for the documents"),
        "step_site_topic": _("Topic was taught"),
        "step_site_topic-add": _("Another topic"),
        "step_site_trainee": _("Trainee"),
        "step_site_trainee-sign": _("Trainee signs"),
        "step_site_assess": _("Trainee assessed"),
        "step_site_remaining": _("What remains"),
        "step_site_remaining-done": _("What remained was done"),
        "step_site_accept": _("Acceptance by the customer"),
        "step_site_refuse": _("Acceptance refused"),
        "step_site_present-again": _("Presented again"),
    }
