"""The words of loaners in the app, by key. ``{n}`` and the like are filled in by the app."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def loan_texts() -> dict[str, str]:
    """All words of loaners, in the language of the request."""
    return {
        "loan": pgettext("loaner", "Loaner"),
        "loans": pgettext("loaner", "Loaners"),
        "open_loan": _("Open the loaners"),
        "loan_out": _("With customers"),
        "loan_none_out": _("No loaner is with a customer."),
        "loan_pool": _("In the pool"),
        "loan_none_free": _("No loaner is free."),
        "loan_due": _("due back {at}"),
        "loan_grade": _("grade {n}"),
        "loan_lend": _("Lend a loaner"),
        "loan_lend_it": _("Lend and sign"),
        "loan_take_back": pgettext("loan", "Take back"),
        "loan_piece": _("Which loaner"),
        "loan_job": _("For which job"),
        "loan_reason": _("Why it is lent"),
        "loan_usual_reason": _("While the customer's machine is repaired"),
        "loan_due_on": _("Due back"),
        "loan_due_hint": _("Empty: as long as usual."),
        "loan_condition_out": _("Condition when lent"),
        "loan_condition_back": _("Condition when it came back"),
        "loan_good": pgettext("loaner", "in good order"),
        "loan_meter": _("Meter reading"),
        "loan_meter_was": _("It read {n} when it was lent."),
        "loan_goes_along": _("Goes along: {what}"),
        "loan_lent": _("lent {at}"),
        "loan_was": _("When lent: {how}"),
        "loan_returned_by": _("Given back by"),
        "loan_damage": _("Damage or what is missing"),
        "loan_amount": _("Charged for it (CNY)"),
        "loan_say_damage": _("Write down what is damaged or missing."),
        "loan_usable": _("Can be lent again"),
        "loan_to_repair": _("To repair"),
        "loan_other": _("Another loaner was given"),
        "loan_send_other": _("Send with this loaner"),
        "loan_gone_words": _(
            "If you gave another piece, choose it. If the customer has this one, ask the office to correct the loan, "
            "then try again."
        ),
        "loan_consent_words": _("Try again as soon as they have agreed. Take the piece back if they do not."),
        "loan_back_words": _("Somebody took it back meanwhile. Drop this step if nothing of it is new."),
        "step_loan_lend": _("Loaner lent"),
        "step_loan_take-back": _("Loaner taken back"),
    }
