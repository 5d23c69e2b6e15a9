"""The words of the app, by key. ``{n}`` and the like are filled in by the app."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.faces.field.offline.film import film_texts
from jiannuo.faces.field.offline.late import late_texts
from jiannuo.faces.field.offline.loantexts import loan_texts
from jiannuo.faces.field.offline.logs import log_texts
from jiannuo.faces.field.offline.sitetexts import site_texts


def app_texts() -> dict[str, str]:
    """All words, in the language of the request."""
    return {
        **_frame(),
        **_sending(),
        **_job(),
        **_work(),
        **_van(),
        **_steps(),
        **_walk(),
        **late_texts(),
        **film_texts(),
        **log_texts(),
        **site_texts(),
        **loan_texts(),
    }


def _frame() -> dict[str, str]:
    return {
        "app_name": _("Field service"),
        "pages": _("Technician pages"),
        "my_jobs": _("My jobs"),
        "me": _("Me"),
        "today": _("Today"),
        "tomorrow": _("Tomorrow"),
        "to_be_signed": _("To be signed by the customer"),
        "done_today": _("Done today"),
        "as_of": _("As of {at}"),
        "no_jobs": _("No open job"),
        "no_jobs_hint": _("New jobs appear here as soon as there is a network."),
        "no_such_job": _("This job is not on the phone. Perhaps it was given to somebody else."),
        "no_network": _("No network"),
        "fetching": _("Fetching the jobs…"),
        "sign_in": _("Sign in"),
        "sign_out": _("Sign out"),
        "sign_in_first": _("Sign in to see your jobs."),
        "first_online": _("No jobs on this phone yet. Open the app once with a network."),
        "forbidden_app": _("You do no field work here. Ask your administrator for the role that it needs."),
        "signed_out_title": _("You were signed out"),
        "signed_out_words": _(
            "Go on working; nothing is lost. Sign in when there is a network, then the {n} recorded steps are sent."
        ),
        "foreign_title": _("Another person's steps are on this phone"),
        "foreign_words": _(
            "{n} steps of somebody else are not sent yet. You cannot see or send them; "
            "they are sent when that person signs in here."
        ),
        "clock_title": _("The phone's clock is wrong"),
        "clock_words": _("{wrong}. Times are corrected by the server's clock. Set the phone's clock right."),
        "clock_ahead": _("{span} ahead"),
        "clock_behind": _("{span} behind"),
        "clock_right": _("right"),
        "days": _("{n} d"),
        "hours": _("{n} h"),
        "minutes": _("{n} min"),
        "last_contact": _("Last contact"),
        "phone_clock": _("Phone clock"),
        "storage": _("Storage in use"),
        "storage_kept": _("Protected from clearing"),
        "storage_maybe": _("not promised by the browser"),
        "phone_full": _(
            "The phone's storage is full: this was not kept. Send what waits, or delete other data on the phone, "
            "then do it again."
        ),
        "phone_full_fetch": _(
            "The phone's storage is full: not everything could be fetched. What you recorded is kept. "
            "Delete other data on the phone, then fetch anew."
        ),
        "draft_full": _("The phone's storage is full: what you type is not kept when you close the app."),
        "storage_full": _("Storage full"),
        "refresh": _("Fetch anew"),
        "up_to_date": _("Everything is up to date."),
        "web_pages": _("Pages that need a network"),
        "notices": _("Notices"),
        "sign_out_sure": _("Sign out? Your jobs are taken off this phone."),
        "sign_out_unsent": _(
            "{n} steps are not sent yet. If you sign out they stay locked on this phone until you sign in here again. "
            "Sign out?"
        ),
        "sign_out_offline": _("Signing out needs a network. Try again when there is one."),
        "yes": _("yes"),
        "no": _("no"),
        "close": _("Close"),
    }


def _sending() -> dict[str, str]:
    return {
        "to_send": _("Outbox"),
        "all_sent": _("All sent"),
        "nothing_waits": _("What you record without network waits here until it is sent."),
        "unsent": _("Not sent: {n}"),
        "not_sent": _("Not sent yet"),
        "sending_n": _("Sending {n}/{of}"),
        "send_now": _("Send now"),
        "waits": _("waiting"),
        "open_job": _("Open the job"),
        "refused": _("Refused by the server"),
        "refused_short": _("refused"),
        "refused_n": _("Refused: {n}"),
        "refused_lost": _(
            "Send it to the dispatcher as a note with the photos, so that your work is not lost, or drop it."
        ),
        "refused_state": _(
            "Someone changed the job in the office. Call the dispatcher, then try again; or send it as a note."
        ),
        "refused_large": _("The photo is too large for the server. Drop it and take it again."),
        "refused_invalid": _(
            "Enter it again in the form below and drop this one, or send it to the dispatcher as a note."
        ),
        "retry": pgettext("sending", "Try again"),
        "send_note": _("Send as a note"),
        "drop": _("Drop"),
        "drop_one": _("Drop this step? It cannot be brought back."),
        "drop_all": _("Drop everything of this job that is not sent? It cannot be brought back."),
        "taken_away": _("No longer your job: {numbers}"),
        "kept": _("Kept on the phone."),
    }


def _job() -> dict[str, str]:
    return {
        "call": _("Call"),
        "navigate": _("Navigate"),
        "no_appointment": _("No appointment yet"),
        "planned": _("Planned {span}"),
        "not_promised": _("The customer was not told this time."),
        "agreed": _("agreed with the customer"),
        "agreed_with": _("agreed with {name}"),
        "due": _("Due {at}"),
        "was_due": _("Was due {at}"),
        "fault": _("Fault reported"),
        "serial": _("Serial number"),
        "scan_unit": _("Check by scan"),
        "unit_matches": _("This is the machine of the job."),
        "unit_differs": _("This is another machine. Look at the label again, or call the dispatcher."),
        "absences": _("The customer was absent: {n}"),
        "free_because": _("Free of charge: {because}"),
        "history": _("Service history ({n})"),
        "knowledge": _("Knowledge"),
        "from_cases": _("From {n} solved cases"),
        "likely_causes": _("Likely causes"),
        "likely_measures": _("What helped"),
        "likely_parts": _("Parts used"),
        "usual_minutes": _("Usually {n} min"),
        "price_list": _("Price list"),
        "price_hint": _("Show it to the customer before you begin."),
        "free": _("free of charge"),
        "at_most": _("at most"),
        "done": _("Done"),
        "signed_by": _("Signed by {name}."),
    }


def _work() -> dict[str, str]:
    return {
        "checklist": _("Checklist"),
        "conduct": _("Conduct on site"),
        "no_checklist": _("This product has no checklist."),
        "check_number": _("“{check}”: enter a number, such as 0.45."),
        "out_of_limits": _("Out of the allowed range"),
        "photo": _("Photo"),
        "again": _("Again"),
        "photos": _("Photos"),
        "photos_n": _("{n} taken"),
        "take_photo": _("Take a photo"),
        "no_picture": _("This is no photo."),
        "before": _("Before the work"),
        "after": _("After the work"),
        "finding": _("What was found and done"),
        "test": _("Test after the work"),
        "part_used": _("Part used"),
        "labour_travel": _("Labour and travel"),
        "added_item": _("Added item"),
        "added_short": _("added item"),
        "add_part": _("Add the part"),
        "add_labour": _("Add labour or travel"),
        "add_consent": _("Add with consent"),
        "consent_words": _("Show this to the customer: I agree to the added item and pay {sum}."),
        "agreed_by": _("{name} agreed."),
        "charges": _("Charges"),
        "nothing_charged": _("Nothing to charge so far."),
        "customer_pays": _("The customer pays"),
        "customer_pays_it": _("The customer pays."),
        "paid_by": _("Paid by {payer}."),
        "remove": _("Remove"),
        "remove_line": _("Remove “{line}”?"),
        "still_missing": _("Still missing"),
        "complete": _("Complete the work"),
        "customer_confirms": _("The customer confirms"),
        "done_and_tested": _("The work is done. Test result: {result}"),
        "you_pay": _("You pay"),
        "signature": _("Signature"),
        "signature_missing": _("Please sign in the box first."),
        "sign": _("Sign"),
        "save": _("Save"),
        "clear": _("Clear"),
        "choose": _("Choose…"),
        "type_or_choose": _("Type or choose"),
        "must_fill": _("Fill this in."),
        "must_agree": _("The customer must agree before you leave."),
        "not_a_number": _("Enter a number, such as 0.45."),
        "out_of_range": _("This number is out of range."),
        "say_what": _("Say what was done or used, or choose it from the list."),
        "scan": _("Scan"),
        "scan_hint": _("Hold the code in the middle of the picture."),
        "scan_failed": _("No code was found in the picture. Come closer and hold still, or type the number."),
        "reading": _("Reading…"),
        "no_camera": _("The camera cannot be used. Read the code from a photo, or type the number."),
    }


def _van() -> dict[str, str]:
    """Parts in the van."""
    return {
        "my_van": _("My van"),
        "in_van": _("{n} in the van"),
        "van_parts": _("{n} parts in the van"),
        "van_empty": _("Nothing in your van"),
        "van_empty_hint": _("What the storekeeper loads appears here as soon as there is a network."),
        "van_find": _("Name or number of the part"),
        "van_unsent": _("Of this, {n} used and not sent yet"),
        "van_none_found": _("No part of your van is called so."),
        "source": _("Where the part comes from"),
        "from_van": _("from the van"),
        "from_elsewhere": _("from elsewhere"),
        "van_short": _(
            "Only {n} in your van. Enter fewer, or choose “from elsewhere” if it did not come from the van."
        ),
        "gone_title": _("The van no longer has enough of this part"),
        "gone_words": _(
            "Somebody moved it, or the van was counted again, after the phone last heard of it. Did you use it?"
        ),
        "gone_keep": _("It was used: keep it as from elsewhere"),
        "gone_told": _("The storekeeper is told and looks for the difference."),
        "gone_kept": _("Kept as from elsewhere; the storekeeper is told."),
        "gone_drop": _("Not used: drop it"),
    }


def _steps() -> dict[str, str]:
    """Names of the steps, for what waits to be sent; and the big buttons."""
    return {
        "do_accept": _("Accept the job"),
        "do_set_out": _("Set out"),
        "do_arrive": _("Arrived"),
        "do_resume": _("Resume"),
        "step_accept": _("Accept the job"),
        "step_decline": _("Decline"),
        "step_set_out": _("Set out"),
        "step_arrive": _("Arrived"),
        "step_pause": _("Pause"),
        "step_resume": _("Resume"),
        "step_bring_in": _("Bring in for repair"),
        "step_need_second_visit": _("Second visit needed"),
        "step_customer_absent": _("Customer absent"),
        "step_complete": _("Complete the work"),
        "step_sign": _("Customer signs"),
        "step_check": _("Checklist"),
        "step_finding": _("What was found and done"),
        "step_test": _("Test after the work"),
        "step_part": _("Part used"),
        "step_labour": _("Labour and travel"),
        "step_added": _("Added item"),
        "step_line_remove": _("Line removed"),
        "step_photos": _("Photo"),
        "step_note": _("Note to the dispatcher"),
    }


def _walk() -> dict[str, str]:
    """Patrol rounds."""
    return {
        "walk": _("Patrol round"),
        "open_walk": _("Open the round"),
        "no_such_walk": _(
            "This round is not on the phone. Perhaps it was given to somebody else or called off."
        ),
        "walk_points": _("{n} points to check"),
        "walk_done": _("{n} of {of} points"),
        "walk_progress": _("Points checked"),
        "walk_free": _("whoever takes it"),
        "walk_begin": _("Start the round"),
        "walk_later": _("This round is for {day}. It can be started on that day."),
        "walk_past": _("The day of this round is over."),
        "walk_next": _("Next: {point}"),
        "walk_scan": _("Open a point by its code"),
        "walk_no_code": _("No point of this round has the code {code}."),
        "walk_matches": _("Right machine; the scan is recorded with the point."),
        "walk_differs": _("This is another machine. Look at the label again."),
        "walk_wrong": _("{n} not in order"),
        "walk_out": _("Out of the allowed range; it is registered as a hidden danger."),
        "walk_not_in_order": _("Not in order; it is registered as a hidden danger."),
        "walk_no_checks": _("This checklist has no lines: confirm that you were here."),
        "photo_missing": _("No photo was taken yet."),
        "walk_record": _("Record this point"),
        "walk_skip": _("Leave this point out"),
        "walk_skip_it": _("Leave it out"),
        "walk_break_off": _("Break off"),
        "walk_finish": _("Finish the round"),
        "walk_begin_first": _("Start the round first."),
        "walk_not_now": _("This point cannot be recorded now."),
        "walk_back": _("Back to the round"),
        "why": _("Why?"),
        "say_why": _("Say why."),
        "remark": _("Remark"),
        "refused_recorded": _(
            "What was recorded first stays. Send yours to the dispatcher as a note, or drop it."
        ),
        "refused_point": _(
            "Drop this one and record the point anew, or send it to the dispatcher as a note."
        ),
        "refused_finish": _("Drop this step, do what is missing, then finish the round again."),
        "drop_walk": _("Drop everything of this round that is not sent? It cannot be brought back."),
        "step_walk_start": _("Start the round"),
        "step_walk_point": _("Point"),
        "step_walk_skip": _("Point left out"),
        "step_walk_finish": _("Finish the round"),
        "step_walk_break_off": _("Break off"),
    }
