"""Triage by rules: who is responsible for which request, and dealers who push customers back."""
