"""The ledger: dated, sourced trade measures, and what they do to a world's tariffs."""

from countervail.clock import as_date
from countervail.ledger.changes import LawChange
from countervail.ledger.check import Finding, check_ledger
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Measure
from countervail.ledger.open import open_ledger
from countervail.ledger.settled import Settlement

__all__ = [
    "Finding",
    "InForce",
    "LawChange",
    "LawView",
    "Ledger",
    "Measure",
    "Settlement",
    "as_date",
    "check_ledger",
    "open_ledger",
]
