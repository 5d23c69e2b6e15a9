"""Carry-in receipts with their estimates, the goods book, loaners, and the tables behind them."""

from __future__ import annotations

from jiannuo.operations.bench.models.goods import GoodsMove
from jiannuo.operations.bench.models.loans import Loan, LoanEquipment, ModelGrade
from jiannuo.operations.bench.models.receipt import Accessory, CarryIn, Estimate
from jiannuo.operations.bench.models.replay import LoanStep
from jiannuo.operations.bench.models.rules import BenchRules

__all__ = [
    "Accessory",
    "BenchRules",
    "CarryIn",
    "Estimate",
    "GoodsMove",
    "Loan",
    "LoanEquipment",
    "LoanStep",
    "ModelGrade",
]
