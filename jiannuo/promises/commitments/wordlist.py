"""Words that many packs use beside those of the rules: measures, circumstances, papers, causes, matters, steps.

A word that only one commitment uses stands in the ``labels`` of its pack.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MEASURES = {
    "satisfaction": pgettext_lazy("measure", "satisfaction"),
    "repair_rate": pgettext_lazy("measure", "repair rate"),
    "complaint_closure_rate": pgettext_lazy("measure", "complaints closed"),
    "service_staff": pgettext_lazy("measure", "service staff"),
    "follow_up_rate": pgettext_lazy("measure", "customers followed up"),
    "timeliness": pgettext_lazy("measure", "timeliness"),
    "training_rate": pgettext_lazy("measure", "people trained"),
    "safety_accidents": pgettext_lazy("measure", "accidents"),
    "return_repair_rate": pgettext_lazy("measure", "repeat repairs"),
    "spare_supply_years": pgettext_lazy("measure", "years of spare-part supply"),
    "complaint_timeliness": pgettext_lazy("measure", "complaints handled in time"),
}

CIRCUMSTANCES = {
    "invoice_present": pgettext_lazy("circumstance", "invoice present"),
    "registered": pgettext_lazy("circumstance", "unit on file"),
    "sold_by_dealer": pgettext_lazy("circumstance", "sold by a dealer"),
    "late": pgettext_lazy("circumstance", "claimed late"),
    "documents": pgettext_lazy("circumstance", "papers missing"),
    "appraised": pgettext_lazy("circumstance", "appraised"),
    "unboxing_defect": pgettext_lazy("circumstance", "defect when unpacked"),
    "fraud": pgettext_lazy("circumstance", "fraud"),
    "unsolved": pgettext_lazy("circumstance", "unsolved"),
    "repair_record": pgettext_lazy("circumstance", "repair record"),
    "no_same_model": pgettext_lazy("circumstance", "no unit of the same model"),
    "repairer_fault": pgettext_lazy("circumstance", "fault of the repairer"),
}

#: kinds of certificates by the code that clauses name; the register of the technicians knows them by the same code
CERTIFICATES = {
    "special_operation": pgettext_lazy("certificate", "permit for special operations"),
    "electrician": pgettext_lazy("certificate", "electrician's permit (low voltage)"),
    "refrigeration": pgettext_lazy("certificate", "permit for refrigeration and air conditioning"),
    "welding": pgettext_lazy("certificate", "permit for welding and thermal cutting"),
    "work_at_height": pgettext_lazy("certificate", "permit for work at height"),
    "post_qualification": pgettext_lazy("certificate", "post certificate (trained or qualified)"),
}

PAPERS = {
    "invoice": pgettext_lazy("paper", "invoice"),
    "acceptance_form": pgettext_lazy("paper", "acceptance form"),
    "monthly_repair_report": pgettext_lazy("paper", "monthly repair report"),
    "satisfaction_statistics": pgettext_lazy("paper", "statistics of satisfaction"),
    "registration_card": pgettext_lazy("paper", "registration card"),
    "register": pgettext_lazy("paper", "register"),
    "signed_order": pgettext_lazy("paper", "signed order"),
    "service_terms": pgettext_lazy("paper", "terms of service"),
    "acceptance_sheet": pgettext_lazy("paper", "acceptance sheet"),
    "packing_list": pgettext_lazy("paper", "packing list"),
    "change_record": pgettext_lazy("paper", "change record"),
    "electronic_copy": pgettext_lazy("paper", "electronic copy"),
    "customer_signature": pgettext_lazy("paper", "customer's signature"),
    "training_record": pgettext_lazy("paper", "training record"),
    "call_record": pgettext_lazy("paper", "call record"),
    "maintenance_record": pgettext_lazy("paper", "maintenance record"),
    "check_record": pgettext_lazy("paper", "check record"),
    "repair_report": pgettext_lazy("paper", "repair report"),
    "repair_record": pgettext_lazy("paper", "repair record"),
    "patrol_record": pgettext_lazy("paper", "patrol record"),
    "inspection_record": pgettext_lazy("paper", "inspection record"),
    "inspection_report": pgettext_lazy("paper", "inspection report"),
    "certificate": pgettext_lazy("paper", "certificate"),
    "visit_record": pgettext_lazy("paper", "visit record"),
    "maintenance_manual": pgettext_lazy("paper", "maintenance manual"),
    "visit_card": pgettext_lazy("paper", "visit card"),
    "customer_file": pgettext_lazy("paper", "customer file"),
    "technical_documents": pgettext_lazy("paper", "technical documents"),
    "written_notice": pgettext_lazy("paper", "written notice"),
    "handling_opinion": pgettext_lazy("paper", "handling opinion"),
    "complaint_record": pgettext_lazy("paper", "complaint record"),
    "photo": pgettext_lazy("paper", "photo of the work"),
    "photo_before": pgettext_lazy("paper", "photo before the work"),
    "photo_after": pgettext_lazy("paper", "photo after the work"),
    "photo_fault": pgettext_lazy("paper", "photo of the fault"),
}

CAUSES = {
    "misuse": _("misuse"),
    "human_damage": _("damage by people"),
    "unauthorised_repair": _("repair by others"),
    "force_majeure": _("force majeure"),
    "natural_disaster": _("natural disaster"),
    "poor_management": _("poor upkeep"),
    "lightning": pgettext_lazy("cause", "lightning"),
    "power_failure": pgettext_lazy("cause", "power failure"),
    "accident": pgettext_lazy("cause", "accident"),
    "negligence": pgettext_lazy("cause", "negligence"),
    "transport_damage": pgettext_lazy("cause", "damage in transport"),
    "war": pgettext_lazy("cause", "war"),
    "design": pgettext_lazy("cause", "design"),
    "improper_installation": pgettext_lazy("cause", "improper installation"),
    "modification": pgettext_lazy("cause", "modification"),
    "quality": pgettext_lazy("cause", "quality"),
    "vandalism": pgettext_lazy("cause", "vandalism"),
    "material": pgettext_lazy("cause", "material"),
    "workmanship": pgettext_lazy("cause", "workmanship"),
    "manufacturing": pgettext_lazy("cause", "manufacturing"),
}

#: what a case is about, and its faults
MATTERS = {
    "training": pgettext_lazy("value of a fact", "training"),
    "first_instalment": pgettext_lazy("value of a fact", "first instalment"),
    "second_instalment": pgettext_lazy("value of a fact", "second instalment"),
    "performance_fault": pgettext_lazy("value of a fact", "performance fault"),
}

#: what a step of the ladder does, beside telling somebody
STEPS = {
    "ask_progress": pgettext_lazy("step", "ask how far the work is"),
    "notify_customer": pgettext_lazy("step", "tell the customer"),
    "remind_customer": pgettext_lazy("step", "remind the customer"),
}
