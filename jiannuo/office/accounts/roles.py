"""The role matrix: which role may do what. The one place where permissions are given; deny by default."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SERVICE_AGENT = "service_agent", _("service agent")
    DISPATCHER = "dispatcher", _("dispatcher")
    TECHNICIAN = "technician", _("technician")
    STOREKEEPER = "storekeeper", _("storekeeper")
    TECHNICAL_APPRAISER = "technical_appraiser", _("technical appraiser")
    FINANCE_CLERK = "finance_clerk", _("finance clerk")
    FOLLOW_UP_AGENT = "follow_up_agent", _("follow-up agent")
    QUALITY_ENGINEER = "quality_engineer", _("quality engineer")
    COMPLAINT_SUPERVISOR = "complaint_supervisor", _("complaint supervisor")
    DEPARTMENT_MANAGER = "department_manager", _("department manager")
    GENERAL_MANAGER = "general_manager", _("general manager")
    DEALER_CLERK = "dealer_clerk", _("dealer clerk")
    DEALER_TECHNICIAN = "dealer_technician", _("dealer technician")
    CUSTOMER = "customer", _("customer")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


_R = Role
_DESK = {_R.SERVICE_AGENT, _R.DEALER_CLERK}
_DISPATCH = {_R.DISPATCHER, _R.DEALER_CLERK}
_FIELD = {_R.TECHNICIAN, _R.DEALER_TECHNICIAN}
_MANAGE = {_R.DEPARTMENT_MANAGER, _R.GENERAL_MANAGER}
_CARE = {_R.FOLLOW_UP_AGENT, _R.COMPLAINT_SUPERVISOR, _R.QUALITY_ENGINEER}
_BACK_OFFICE = {_R.STOREKEEPER, _R.TECHNICAL_APPRAISER, _R.FINANCE_CLERK}
_READ = {_R.AUDITOR, _R.ADMINISTRATOR}
_STAFF = _DESK | _DISPATCH | _FIELD | _MANAGE | _CARE | _BACK_OFFICE | _READ

#: permission → (what it allows, roles that hold it)
PERMISSIONS: dict[str, tuple[object, frozenset[Role]]] = {
    "home.view": (_("see the own promises"), frozenset(_STAFF)),
    "requests.view": (_("see service requests"), frozenset(_STAFF - _FIELD)),
    "requests.create": (_("register service requests"), frozenset(_DESK | {_R.DISPATCHER} | _CARE | _MANAGE)),
    "requests.handle": (
        _("triage, answer, merge and close service requests"),
        frozenset(_DESK | _DISPATCH | _MANAGE),
    ),
    "requests.answer": (
        _("arrange and answer service requests that were sent to the own department"),
        frozenset(
            _DESK
            | _DISPATCH
            | _MANAGE
            | {_R.QUALITY_ENGINEER, _R.TECHNICAL_APPRAISER, _R.STOREKEEPER, _R.COMPLAINT_SUPERVISOR}
        ),
    ),
    "requests.check": (
        _("check that requests were arranged"),
        frozenset({_R.SERVICE_AGENT, _R.DISPATCHER} | _MANAGE),
    ),
    "requests.routing": (_("change the routing rules"), frozenset(_MANAGE)),
    "pushbacks.view": (
        _("see dealers who turned customers away"),
        frozenset(_MANAGE | {_R.COMPLAINT_SUPERVISOR, _R.AUDITOR}),
    ),
    "pushbacks.decide": (_("decide whether a dealer was right to turn a customer away"), frozenset(_MANAGE)),
    "inbox.view": (
        _("see what came in on the channels"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE | _READ),
    ),
    "inbox.handle": (
        _("take, answer, hand over and dismiss what came in"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE),
    ),
    "calls.view": (_("see calls"), frozenset(_DESK | _DISPATCH | _MANAGE | _CARE | _READ)),
    "calls.record": (_("write down calls"), frozenset(_DESK | _DISPATCH | _MANAGE | _CARE)),
    "calls.listen": (
        _("hear recordings of calls"),
        frozenset(_MANAGE | {_R.SERVICE_AGENT, _R.COMPLAINT_SUPERVISOR, _R.QUALITY_ENGINEER}),
    ),
    "channels.manage": (
        _("connect telephone systems and messengers, set how long things may wait"),
        frozenset(_MANAGE | {_R.ADMINISTRATOR}),
    ),
    "orders.view": (_("see work orders"), frozenset(_STAFF)),
    "orders.dispatch": (_("create, assign and reassign work orders"), frozenset(_DISPATCH | _MANAGE)),
    "planning.propose": (
        _("plan days: make, change and publish proposals"),
        frozenset(_DISPATCH | _MANAGE),
    ),
    "planning.settings": (_("set costs, speeds and usual times of planning"), frozenset(_MANAGE)),
    "orders.work": (_("do work orders and record them"), frozenset(_FIELD)),
    "orders.review": (_("review and close work orders"), frozenset(_DISPATCH | _MANAGE)),
    "orders.charge": (_("override who pays"), frozenset(_MANAGE)),
    "bench.view": (_("see goods in the house, the goods book and loaners"), frozenset(_STAFF)),
    "bench.handle": (
        _("take goods in, ask customers for their decision, hand goods out"),
        frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE | {_R.STOREKEEPER}),
    ),
    "bench.work": (
        _("pause, go on with and give back goods on the bench"),
        frozenset(_DISPATCH | _FIELD | _MANAGE),
    ),
    "bench.assign": (_("say who works on goods on the bench"), frozenset(_DISPATCH | _MANAGE)),
    "bench.rules": (_("change the rules of goods in the house and loaners"), frozenset(_MANAGE)),
    "loans.lend": (
        _("lend and take back loaners"),
        frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE | {_R.STOREKEEPER}),
    ),
    "loans.manage": (_("keep the pool of loaners"), frozenset(_MANAGE | {_R.STOREKEEPER})),
    "loans.waive": (_("waive damage of loaners"), frozenset(_MANAGE)),
    "stock.view": (
        _("see the own van and the stores of the own organisation"),
        frozenset(_STAFF),
    ),
    "stock.all": (_("see all stores and vans, and the ledger of parts"), frozenset(_STAFF - _FIELD)),
    "stock.keep": (
        _("receive, move and count parts, and take entries back"),
        frozenset(_MANAGE | {_R.STOREKEEPER}),
    ),
    "stock.places": (
        _("set up stores and vans"),
        frozenset(_MANAGE | {_R.STOREKEEPER, _R.ADMINISTRATOR}),
    ),
    "installations.view": (_("see installation projects"), frozenset(_STAFF)),
    "installations.plan": (
        _("begin, plan and close installation projects"),
        frozenset(_DESK | _DISPATCH | _MANAGE),
    ),
    "installations.work": (
        _("record unpacking, commissioning, training and acceptance"),
        frozenset(_FIELD | _DISPATCH | _MANAGE),
    ),
    "installations.correct": (_("ask to take an acceptance back"), frozenset(_DISPATCH | _MANAGE)),
    "installations.rules": (
        _("change the installation procedures of products"),
        frozenset(_MANAGE | {_R.QUALITY_ENGINEER}),
    ),
    "maintenance.view": (
        _("see maintenance plans, patrols, findings and inspection reports"),
        frozenset(_STAFF - {_R.FINANCE_CLERK}),
    ),
    "maintenance.plan": (
        _("plan maintenance and patrols, make their work orders"),
        frozenset(_DISPATCH | _MANAGE),
    ),
    "maintenance.report": (
        _("write and issue inspection reports"),
        frozenset(_DISPATCH | _FIELD | _MANAGE | {_R.QUALITY_ENGINEER}),
    ),
    "maintenance.rules": (
        _("change seasons, checklists and settings of maintenance"),
        frozenset(_MANAGE | {_R.QUALITY_ENGINEER}),
    ),
    "patrols.record": (_("walk patrol rounds and record them"), frozenset(_FIELD | _DISPATCH | _MANAGE)),
    "findings.handle": (
        _("follow findings until they are solved"),
        frozenset(_DISPATCH | _MANAGE | {_R.QUALITY_ENGINEER, _R.SERVICE_AGENT}),
    ),
    "findings.drop": (_("drop a finding"), frozenset(_MANAGE)),
    "logs.view": (_("see duty logs"), frozenset(_DISPATCH | _FIELD | _MANAGE | _READ | {_R.SERVICE_AGENT})),
    "logs.write": (
        _("keep duty logs and hand shifts over"),
        frozenset(_DISPATCH | _FIELD | _MANAGE | {_R.SERVICE_AGENT}),
    ),
    "tasks.view": (_("see tasks"), frozenset(_STAFF - _FIELD)),
    "tasks.handle": (
        _("take on, hand over and finish tasks"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE | _BACK_OFFICE),
    ),
    "tasks.drop": (_("drop a task"), frozenset(_MANAGE)),
    "complaints.view": (
        _("see complaints that were raised to the managers"),
        frozenset(_MANAGE | {_R.COMPLAINT_SUPERVISOR, _R.AUDITOR}),
    ),
    "complaints.all": (
        _("see all complaints"),
        frozenset({_R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER, _R.AUDITOR}),
    ),
    "complaints.handle": (
        _("take, investigate, answer and close complaints"),
        frozenset({_R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER}),
    ),
    "complaints.grade": (
        _("grade complaints by hand"),
        frozenset({_R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER}),
    ),
    "complaints.decide": (_("decide complaints"), frozenset(_MANAGE | {_R.COMPLAINT_SUPERVISOR})),
    "complaints.direct": (_("see the special cases of the directors"), frozenset({_R.GENERAL_MANAGER})),
    "complaints.rules": (
        _("change rules, matters and penalties of complaints"),
        frozenset({_R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER}),
    ),
    "inspections.view": (
        _("see published mystery inspections"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE | {_R.AUDITOR}),
    ),
    "penalties.view": (_("see published penalty tables"), frozenset(_STAFF)),
    "penalties.prepare": (
        _("draw up and publish penalty tables"),
        frozenset({_R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER}),
    ),
    "penalties.sign": (_("sign penalty tables"), frozenset({_R.GENERAL_MANAGER})),
    "penalties.collect": (_("collect penalties"), frozenset({_R.FINANCE_CLERK})),
    "payouts.view": (
        _("see what is paid to customers"),
        frozenset({_R.FINANCE_CLERK, _R.COMPLAINT_SUPERVISOR, _R.GENERAL_MANAGER, _R.AUDITOR}),
    ),
    "payouts.pay": (_("pay customers"), frozenset({_R.FINANCE_CLERK})),
    "suggestions.view": (
        _("see suggestions"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE | {_R.AUDITOR}),
    ),
    "suggestions.create": (_("take suggestions"), frozenset(_DESK | _DISPATCH | _MANAGE | _CARE)),
    "suggestions.handle": (_("assess and answer suggestions"), frozenset(_MANAGE | _CARE)),
    "followups.view": (_("see follow-ups, letters and campaigns"), frozenset(_STAFF - _FIELD)),
    "followups.handle": (
        _("make follow-ups, send letters, note results"),
        frozenset(_DESK | _CARE | _MANAGE | {_R.DISPATCHER}),
    ),
    "followups.drop": (_("drop a follow-up"), frozenset(_MANAGE)),
    "followups.manage": (_("write scripts and letters, name who calls, keep the tables"), frozenset(_MANAGE)),
    "campaigns.manage": (_("plan, start and end campaigns"), frozenset(_MANAGE)),
    "surveys.view": (
        _("see answers of surveys and their figures"),
        frozenset(_MANAGE | _CARE | {_R.DISPATCHER, _R.SERVICE_AGENT, _R.DEALER_CLERK, _R.AUDITOR}),
    ),
    "surveys.enter": (
        _("enter answers from paper and from calls"),
        frozenset(_DESK | _CARE | _MANAGE),
    ),
    "surveys.report": (
        _("hand in the statistics of surveys"),
        frozenset(_CARE | _MANAGE | {_R.DEALER_CLERK}),
    ),
    "surveys.review": (_("check and correct answers of surveys"), frozenset(_CARE)),
    "surveys.classify": (_("classify opinions of customers"), frozenset(_CARE)),
    "surveys.design": (
        _("write questionnaires and say who is asked"),
        frozenset(_MANAGE | {_R.QUALITY_ENGINEER}),
    ),
    "surveys.categories": (
        _("keep the categories of opinions"),
        frozenset({_R.GENERAL_MANAGER, _R.QUALITY_ENGINEER}),
    ),
    "knowledge.view": (_("search and read the knowledge"), frozenset(_STAFF)),
    "knowledge.write": (
        _("write articles"),
        frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE | _CARE | {_R.TECHNICAL_APPRAISER}),
    ),
    "knowledge.review": (
        _("see drafts of articles and their approval"),
        frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE | _CARE | _READ | {_R.TECHNICAL_APPRAISER}),
    ),
    "knowledge.manage": (
        _("keep synonyms and rules for articles, publish and withdraw"),
        frozenset(_MANAGE | {_R.QUALITY_ENGINEER}),
    ),
    "customers.view": (_("see customers"), frozenset(_STAFF)),
    "customers.edit": (_("register and change customers"), frozenset(_DESK | _DISPATCH | _CARE | _MANAGE)),
    "customers.merge": (
        _("merge duplicate customers"),
        frozenset({_R.SERVICE_AGENT, _R.DISPATCHER} | _MANAGE),
    ),
    "customers.personal_data": (
        _("see phone numbers and addresses in full"),
        frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE | {_R.FOLLOW_UP_AGENT, _R.COMPLAINT_SUPERVISOR}),
    ),
    "products.view": (_("see products"), frozenset(_STAFF)),
    "products.edit": (
        _("change products, codes and prices"),
        frozenset({_R.QUALITY_ENGINEER, _R.ADMINISTRATOR} | _MANAGE),
    ),
    "units.view": (_("see installed units"), frozenset(_STAFF)),
    "units.edit": (_("register and change installed units"), frozenset(_DESK | _DISPATCH | _FIELD | _MANAGE)),
    "cards.view": (_("see registration cards"), frozenset(_STAFF - _FIELD)),
    "cards.create": (_("hand in registration cards"), frozenset(_DESK | _DISPATCH | _MANAGE)),
    "cards.check": (
        _("check, send back and refuse registration cards"),
        frozenset({_R.SERVICE_AGENT, _R.TECHNICAL_APPRAISER} | _MANAGE),
    ),
    "cards.recognise": (
        _("recognise registration cards"),
        frozenset({_R.TECHNICAL_APPRAISER} | _MANAGE),
    ),
    "cards.excuse": (_("recognise late registration cards"), frozenset(_MANAGE)),
    "cards.rules": (_("change the settings of registration cards"), frozenset(_MANAGE)),
    "commitments.view": (_("see commitments"), frozenset(_STAFF)),
    "commitments.edit": (
        _("write commitments"),
        frozenset(_MANAGE | {_R.ADMINISTRATOR, _R.QUALITY_ENGINEER}),
    ),
    "commitments.review": (
        _("see drafts of commitments and their approval"),
        frozenset(_MANAGE | {_R.ADMINISTRATOR, _R.QUALITY_ENGINEER, _R.AUDITOR}),
    ),
    "commitments.publish": (_("publish and withdraw commitments"), frozenset(_MANAGE)),
    "obligations.view": (_("see obligations"), frozenset(_STAFF)),
    "obligations.handle": (
        _("acknowledge, prove, pause and resume obligations"),
        frozenset(_DESK | _DISPATCH | _MANAGE | _CARE),
    ),
    "obligations.announce": (
        _("announce contracts, seasons, expiries and deliveries"),
        frozenset(_MANAGE | {_R.SERVICE_AGENT, _R.DISPATCHER, _R.QUALITY_ENGINEER}),
    ),
    "obligations.waive": (_("waive an obligation"), frozenset(_MANAGE)),
    "exchange.import": (
        _("import files"),
        frozenset(
            {_R.SERVICE_AGENT, _R.DISPATCHER, _R.DEALER_CLERK, _R.STOREKEEPER, _R.ADMINISTRATOR} | _MANAGE
        ),
    ),
    "tables.export": (_("export lists"), frozenset(_STAFF - _FIELD)),
    "organizations.view": (_("see the organisations"), frozenset(_STAFF - _FIELD)),
    "organizations.edit": (_("change the organisations"), frozenset({_R.ADMINISTRATOR, _R.GENERAL_MANAGER})),
    "accounts.view": (_("see people and roles"), frozenset(_MANAGE | _READ | {_R.DISPATCHER})),
    "accounts.edit": (_("change people and roles"), frozenset({_R.ADMINISTRATOR})),
    "accounts.keys": (_("issue API keys for the own account"), frozenset(_STAFF)),
    "workforce.view": (_("see technicians, skills and shifts"), frozenset(_DISPATCH | _MANAGE | _READ)),
    "workforce.edit": (
        _("change technicians, skills and shifts"),
        frozenset({_R.DISPATCHER, _R.ADMINISTRATOR} | _MANAGE),
    ),
    "workforce.own": (_("see the own shifts and skills, ask for leave"), frozenset(_STAFF)),
    "workforce.leave": (_("see leave of colleagues"), frozenset(_DISPATCH | _MANAGE | {_R.AUDITOR})),
    "workforce.standby": (_("see who is on standby"), frozenset(_STAFF - _FIELD)),
    "trips.own": (_("plan the own business trips, write down expenses and feedback"), frozenset(_STAFF)),
    "trips.view": (
        _("see business trips, their expenses and statistics"),
        frozenset(_DISPATCH | _MANAGE | {_R.FINANCE_CLERK, _R.AUDITOR}),
    ),
    "trips.plan": (_("plan business trips of others"), frozenset(_DISPATCH | _MANAGE)),
    "trips.pay": (_("pay advances and settle business trips"), frozenset({_R.FINANCE_CLERK})),
    "trips.rules": (_("change causes, limits and approvals of business trips"), frozenset(_MANAGE)),
    "appointments.figures": (
        _("see how appointments were kept"),
        frozenset(_DISPATCH | _MANAGE | {_R.QUALITY_ENGINEER, _R.AUDITOR}),
    ),
    "workforce.rules": (
        _("change the tables of certificates, leave and appointments"),
        frozenset(_MANAGE),
    ),
    "calendars.view": (_("see working calendars"), frozenset(_STAFF - _FIELD)),
    "calendars.edit": (_("change working calendars"), frozenset({_R.ADMINISTRATOR, _R.DEPARTMENT_MANAGER})),
    "documents.comment": (_("write and attach files on documents"), frozenset(_STAFF - {_R.AUDITOR})),
    "approvals.decide": (_("decide approvals addressed to the own role"), frozenset(_STAFF - _READ)),
    "audit.view": (_("see the audit trail"), frozenset(_READ | {_R.GENERAL_MANAGER})),
}

PERMISSIONS_BY_ROLE: dict[str, frozenset[str]] = {
    role.value: frozenset(name for name, (_what, roles) in PERMISSIONS.items() if role in roles)
    for role in Role
}
