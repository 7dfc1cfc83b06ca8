"""What the elasticity of supply of a good says of its makers: one number, two parameters.

See docs/theory.md, Choices of the model. Pure, NumPy or JAX; goods first.
"""

from __future__ import annotations

from typing import Any

from countervail.core.model import namespace


def retained_share(supply: Any, value_added_share: Any) -> Any:
    """Return phi, the share of value added that stays with a good: 1 / kappa.

    kappa - 1 = max(0, epsilon gamma - (1 - gamma)); nothing stays of a producer without value
    added.

    Args:
        supply: epsilon, of quantity to own price at given wages and input prices.
        value_added_share: gamma.
    """
    xp = namespace(supply, value_added_share)
    more = xp.maximum(0.0, supply * value_added_share - (1.0 - value_added_share))
    return xp.where(value_added_share > 0, 1.0 / (1.0 + more), 0.0)


def local_elasticity(retained: Any, substitution: Any, value_added_share: Any) -> Any:
    """Return epsilon of makers with given parameters: the two functions beside it turned round.

    [(1 / phi - 1) + rho (1 - gamma)] / gamma, where there is value added, part of which stays.

    Args:
        retained: phi, positive.
        substitution: rho.
        value_added_share: gamma, positive.
    """
    inputs = substitution * (1.0 - value_added_share)
    return ((1.0 / retained - 1.0) + inputs) / value_added_share


def input_substitution(supply: Any, value_added_share: Any) -> Any:
    """Return rho, the elasticity between value added and inputs.

    min(1, epsilon gamma / (1 - gamma)); it is 1 where there are no inputs, or no value added.
    """
    xp = namespace(supply, value_added_share)
    between = (value_added_share > 0) & (value_added_share < 1)
    inputs = xp.where(between, 1.0 - value_added_share, 1.0)
    return xp.where(between, xp.minimum(1.0, supply * value_added_share / inputs), 1.0)
