"""Studies of answers: what each measure of a question does to its outcomes."""

from __future__ import annotations

from countervail.studies.attribution import Attribution, Share, attribute, by_implementer

__all__ = ["Attribution", "Share", "attribute", "by_implementer"]
