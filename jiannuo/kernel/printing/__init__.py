"""Printed forms: a room declares them in its ``prints.py``; they come out as A4 PDF with fonts of our own."""

from __future__ import annotations

from jiannuo.kernel.printing.forms import PrintForm, register

__all__ = ["PrintForm", "register"]
