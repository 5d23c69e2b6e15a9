"""Customers over the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from jiannuo.office.accounts.privacy import address_for, mask_email, phone_for, sees_personal_data
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers import queries, services
from jiannuo.registry.customers.editing import read_entries
from jiannuo.registry.customers.forms import CustomerForm
from jiannuo.registry.customers.models import Address, Contact, Customer, Phone
from jiannuo.registry.customers.views.lists import CustomerList
from jiannuo.registry.rest import Conflict, RegistryViewSet

LISTS = ("phones", "addresses", "contacts")


class PhoneSerializer(serializers.ModelSerializer[Phone]):
    number = serializers.SerializerMethodField(help_text="E.164; masked for roles that need not see it")

    class Meta:
        model = Phone
        fields = ("id", "number", "label", "is_primary")

    def get_number(self, phone: Phone) -> str:
        return phone_for(self.context["request"].user, phone.number, phone.customer)


class AddressSerializer(serializers.ModelSerializer[Address]):
    detail = serializers.SerializerMethodField()

    class Meta:
        model = Address
        fields = ("id", "division", "detail", "label", "latitude", "longitude", "is_primary")

    def get_detail(self, address: Address) -> str:
        return address_for(self.context["request"].user, address.detail, address.customer)


class ContactSerializer(serializers.ModelSerializer[Contact]):
    class Meta:
        model = Contact
        fields = ("id", "name", "position", "is_primary")


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer with phones, addresses and contacts."""

    organization: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    email = serializers.SerializerMethodField()
    tags: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    phones = PhoneSerializer(many=True, read_only=True)
    addresses = AddressSerializer(many=True, read_only=True)
    contacts = ContactSerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = (
            "id",
            "code",
            "version",
            "kind",
            "name",
            "grade",
            "organization",
            "credit_code",
            "email",
            "tags",
            "phones",
            "addresses",
            "contacts",
            "do_not_call_from",
            "do_not_call_to",
            "consent_messages",
            "consent_marketing",
            "remark",
            "archived_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_email(self, customer: Customer) -> str:
        in_full = sees_personal_data(self.context["request"].user, customer)
        return customer.email if in_full else mask_email(customer.email)


class CustomerViewSet(RegistryViewSet):
    """Customers. A list that is sent (``phones``, ``addresses``, ``contacts``) replaces the stored one.

    A possible duplicate is answered with 409; send ``not_duplicate: true`` to register the customer all the same.
    """

    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    page_class = CustomerList
    permission = "customers.view"
    edit_permission = "customers.edit"
    codes = {"organization": (Organization, "code")}

    def get_queryset(self) -> Any:
        rows = Customer.objects.visible_to(self.request.user).filter(merged_into__isnull=True)
        related = ("tags", "phones__customer__organization", "addresses__customer__organization", "contacts")
        return rows.select_related("organization").prefetch_related(*related)

    def form(self, data: Any, instance: Any = None) -> CustomerForm:
        if data is not None and isinstance(data.get("tags"), list):
            data = {**data, "tags": ",".join(map(str, data["tags"]))}
        return CustomerForm(data, instance=instance, user=self.request.user)

    def save(self, form: Any, instance: Any, request: Any) -> Customer:
        values, errors = form.values(), {}
        for name in LISTS:
            if name not in request.data:
                continue
            items = request.data[name]
            if not isinstance(items, list):
                errors[name] = [_("Send a list.")]
                continue
            values[name], wrong = read_entries(name, items)
            errors.update(wrong)
        if errors:
            raise ValidationError(errors)
        if instance is not None:
            return services.update_customer(
                instance, by=request.user, version=int(form.cleaned_data["version"]), **values
            )
        self._refuse_duplicates(values, request)
        if not values.get("phones") and not values.get("email"):
            raise ValidationError({"phones": [_("Give at least one phone number or an e-mail address.")]})
        return services.create_customer(by=request.user, **values)

    def _refuse_duplicates(self, values: dict[str, Any], request: Any) -> None:
        if request.data.get("not_duplicate") is True:
            return
        division = next((entry.division.code for entry in values.get("addresses", ()) if entry.division), "")
        phones = [entry.number for entry in values.get("phones", ())]
        found = queries.possible_duplicates(
            request.user, name=values["name"], phones=phones, division=division
        )
        if found:
            numbers = ", ".join(duplicate.customer.code for duplicate in found)
            text = _(
                "Possibly registered already: %(numbers)s. Send not_duplicate: true to register it all the same."
            )
            raise Conflict(text % {"numbers": numbers}, code="duplicate")


router_entries = [("customers", CustomerViewSet)]
