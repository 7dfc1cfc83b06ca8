"""What was verified of a solution, equation by equation and with labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from countervail.core import ladder

if TYPE_CHECKING:
    from countervail.core.ladder import Solved
    from countervail.core.model import BlockResidual, Certificate
    from countervail.world import World

EQUATIONS: Mapping[str, str] = {
    "prices": "P = [sum_i pi_i (c_i kappa_i)^-theta]^(-1/theta)",
    "shares": "sum_i pi'_i = 1",
    "goods markets": "X' = final demand at I' and P' + sum_k gamma_k Y'_k",
    "real income": "I' over the cost of living is the utility of what is bought",
    "goods of a sector": "spending over its price index is the utility of the goods bought",
    "labour markets": "sum_j gamma_j Y'_j = w' L'; of goods, the part that labour earns",
    "wages and employment": "w' at its floor or l = 1, or l as the real wage calls for",
    "tax relief": "what labour pays in tax is the tax that stands less R'",
    "specific factors": "what value added of a good is said to be is what its sales make it",
    "profits": "what owners of firms are said to earn is m of what their sales make it",
    "scale": "the Y' that firms enter for is what their sales make it; of who has left, no less",
    "quotas": "min(s, Q - q) = 0 where no more is let in or wanted, min(s_max - s, q - Q) = 0 else",
    "budgets": "I' = what factors earn + R' + D' = final spending",
    "trade balance": "imports' - exports' = D'",
    "world deficits": "sum_n D'_n = 0",
    "numeraire": "world value added is unchanged",
    "reported totals": "R', imports', exports' and Y' are those of the equations above",
    "reported trade": "trade' = pi' X' / ((1 + t') (1 + e'))",
    "closure": "D' follows the closure's rule",
}
"""The equations behind the name of each block (docs/solving.md)."""


class Residual(NamedTuple):
    """The largest relative residual of one block of equations, in the worse of the two states.

    Attributes:
        name: of the block.
        equation: what is checked.
        residual: relative.
        country: where it is largest.
        sector: likewise; None where the equation is a country's.
    """

    name: str
    equation: str
    residual: float
    country: str
    sector: str | None

    @property
    def place(self) -> str:
        """Where it is largest, in words."""
        return self.country if self.sector is None else f"{self.country} {self.sector}"


class CertificateRecord(NamedTuple):
    """What was verified: the worse of the two states of law.

    Attributes:
        effect: largest |ln hat| of wages, prices and expenditure, second state over first.
        sweeps: evaluations of the map, both states.
        rung: the method that was needed (the sturdiest of the two).
        conditioning: by how much a residual is magnified in wages, prices and expenditure: the
            largest ratio seen in any direction the search went; NaN where it was not looked at.
        equations: residual and worst place of each block of equations, by its name.
    """

    effect: float
    sweeps: int
    rung: str
    conditioning: float
    equations: Mapping[str, Residual]

    @property
    def worst(self) -> Residual:
        """The block with the largest residual."""
        return max(self.equations.values(), key=lambda block: block.residual)

    @property
    def residual(self) -> float:
        """Largest relative residual of any equation, by the independent check."""
        return self.worst.residual

    @property
    def beside_effect(self) -> float:
        """The residual relative to the effect; zero where there is no effect at all."""
        return self.residual / self.effect if self.effect > 0 else 0.0

    def __repr__(self) -> str:
        return (
            f"<certified: residual {self.residual:.1e} ({self.worst.name}, {self.worst.place}), "
            f"{self.beside_effect:.0e} of the effect; conditioning {self.conditioning:.1f}; "
            f"{self.sweeps} sweeps, {self.rung}>"
        )


def record(
    world: World,
    solved: tuple[Solved, Solved],
    certificates: tuple[Certificate, Certificate],
    effect: float,
) -> CertificateRecord:
    """Return what was verified of two states, the worse of each equation."""
    pairs = zip(*(certificate.blocks for certificate in certificates), strict=True)
    worse = [max(pair, key=lambda block: block.residual) for pair in pairs]
    return CertificateRecord(
        effect=effect,
        sweeps=sum(one.sweeps for one in solved),
        rung=max((one.rung for one in solved), key=list(ladder.RUNGS).index),
        conditioning=max(one.conditioning for one in solved),
        equations={block.name: _labelled(world, block) for block in worse},
    )


def _labelled(world: World, block: BlockResidual) -> Residual:
    sector = None if block.sector is None else world.sectors[block.sector]
    country = world.countries[block.country]
    return Residual(block.name, EQUATIONS[block.name], block.residual, country, sector)
