"""What every variable is, and what a value shows of itself."""

from countervail.schema.table import Variable, variables

__all__ = ["Variable", "variables"]
