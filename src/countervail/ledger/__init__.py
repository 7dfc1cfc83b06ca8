"""The ledger: dated, sourced trade measures, and what they do to a world's tariffs."""

from countervail.clock import as_date
from countervail.ledger.check import Finding
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.ledger import Change, Ledger, open_ledger
from countervail.ledger.measure import Measure
from countervail.ledger.settled import Settlement

__all__ = [
    "Change",
    "Finding",
    "InForce",
    "LawView",
    "Ledger",
    "Measure",
    "Settlement",
    "as_date",
    "open_ledger",
]
