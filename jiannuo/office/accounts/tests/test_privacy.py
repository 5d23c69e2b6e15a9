"""Personal data is masked for roles that need not know it."""

from __future__ import annotations

import pytest

from jiannuo.office.accounts.privacy import address_for, mask_address, mask_email, mask_phone, phone_for
from jiannuo.testing import factories


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "138****1234"),
        ("057188886666", "057****6666"),
        ("88886666", "******66"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_phone_numbers(number, masked):
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市西湖区文三路1号", "浙江省杭州市西湖区****"),
        ("安徽省黄山市歙县徽城镇", "安徽省黄山市歙县****"),
        ("文三路1号", "****"),
        ("", ""),
    ],
)
def test_addresses(address, masked):
    assert mask_address(address) == masked


def test_email_addresses():
    assert (mask_email("zhang@example.com"), mask_email("")) == ("z***@example.com", "")


def test_who_needs_to_know_sees_them_in_full(company):
    auditor = factories.person("auditor", at=company.head)
    number, address = "13812341234", "浙江省杭州市西湖区文三路1号"

    assert phone_for(company.agent, number) == number
    assert phone_for(auditor, number) == "138****1234"
    assert address_for(company.agent, address) == address
    assert "文三路" not in address_for(auditor, address)
    # And only where the role is held
    assert phone_for(company.clerk_a, number, company.dealer_b) == "138****1234"
