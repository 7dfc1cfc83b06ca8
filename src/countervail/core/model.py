"""What a model is, and the plain arrays it works on.

A model is a pure map from guessed hats to implied hats. It states what wages, prices and
expenditure would have to be, given a guess of them; the solver finds the guess that reproduces
itself. Axes inside the core: sector first, then importer, then exporter; a country-sector array
is ``[sector, country]``. What is being solved for carries the state of the world as its last axis
s, so that many states are solved side by side and one state is a batch of one. Everything is
baseline data or a ratio to it.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]


class Goods(NamedTuple):
    """Goods inside sectors (docs/theory.md, Choices of the model): nests, and who stays.

    Attributes:
        inside: positions of the goods that share a sector with others, its remainder included, [m].
        members: 1 where such a good is of a nest, [nest, m].
        within: part of each in what its market spends on the nest, [m, n]; sums to 1 where any is
            bought.
        staying: positions of the goods whose supply is finite, [g].
        supply: epsilon of those, of quantity to own price, [g, n].
    """

    inside: IntArray
    members: Array
    within: Array
    staying: IntArray
    supply: Array


class Shops(NamedTuple):
    """Who sells goods to households (docs/theory.md, Choices of the model).

    Attributes:
        goods: 1 for sectors that are goods, 0 for services, [j].
        services: position of wholesale and retail trade.
    """

    goods: Array
    services: int


class QuotaCells(NamedTuple):
    """Where quotas lie, whatever their quantities in a state (docs/theory.md, Quotas).

    Attributes:
        exporter, importer, sector: the cell of each line under a quota, [line under one].
        quota: position of its quota, [line under one].
        to: 1 where the rent of a quota goes to the treasury, importers, exporters, nobody, [4, q].
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    quota: IntArray
    to: Array


class QuotaLimits(NamedTuple):
    """Quantities of a state, and what is paid on more (docs/theory.md, Quotas).

    Attributes:
        line: position among the state's tariff lines of each line of ``QuotaCells``, whose own rate
            is the one inside the quota.
        above: rate on what exceeds the quota, infinite where no more is let in, [line under one].
        quantity: of each quota, USD million at the baseline's producer prices; infinite where it is
            not in force, [q].
    """

    line: IntArray
    above: Array
    quantity: Array


class Baseline(NamedTuple):
    """A closed baseline, USD million unless a share (docs/theory.md, Baseline).

    Attributes:
        trade_share: pi[j, n, i].
        tariff: t[j, n, i].
        value_added_share: gamma[j, n].
        input_share: gamma[n, k, j] (country, input sector, using sector).
        final_share: alpha[j, n].
        gross_output: Y[j, n].
        expenditure: X[j, n].
        value_added: VA[n].
        deficit: D[n].
        trade_elasticity: theta[j].
        unit: position of the country whose wage is the unit of nominal deficits, if any.
        goods: of the goods inside sectors; None where sectors are all there is.
        quotas: where quantities are limited in some state; None where they are in none.
        shops: who sells goods to households; None where no sector is wholesale and retail trade.
        by_use: the same with two rows a sector in ``trade_share``, ``tariff``, ``expenditure`` and
            ``trade_elasticity``, of what producers buy as inputs and then of what households buy
            [2 j, ...], as ``core.uses`` makes it; None where nothing is known of uses, and of the
            baseline by use itself.
    """

    trade_share: Array
    tariff: Array
    value_added_share: Array
    input_share: Array
    final_share: Array
    gross_output: Array
    expenditure: Array
    value_added: Array
    deficit: Array
    trade_elasticity: Array
    unit: int | None = None
    goods: Goods | None = None
    quotas: QuotaCells | None = None
    shops: Shops | None = None
    by_use: Baseline | None = None

    @property
    def rows(self) -> Baseline:
        """The baseline with a row for each use of a sector that buyers tell apart."""
        return self if self.by_use is None else self.by_use

    @property
    def uses(self) -> int:
        """How many rows of markets a sector has here: 1, or 2 where buyers are told by use."""
        return len(self.expenditure) // len(self.gross_output)

    @property
    def sizes(self) -> dict[str, int]:
        """How many rows of sectors, countries, short goods and quotas there are."""
        sectors, countries = self.rows.expenditure.shape
        goods = 0 if self.goods is None else len(self.goods.supply)
        quotas = 0 if self.quotas is None else self.quotas.to.shape[1]
        return {"sector": sectors, "country": countries, "good": goods, "quota": quotas}


class Lines(NamedTuple):
    """Tariff lines inside sector cells: several rows a cell, weights summing to 1 in it.

    See docs/theory.md, Tariff lines.

    Attributes:
        exporter: i of each line's cell, [line].
        importer: n, [line].
        sector: j, [line].
        weight: v, on values before tariff, [line].
        tariff: t, base rate of the line, [line].
        tariff_new: t', [line].
        iceberg_hat: d hat, infinite for a ban, [line].
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    weight: Array
    tariff: Array
    tariff_new: Array
    iceberg_hat: Array


class Shock(NamedTuple):
    """What a state of the world changes relative to the baseline; None is no change.

    Attributes:
        tariff_new: t'[j, n, i].
        iceberg_hat: d hat[j, n, i]; infinite for a ban.
        export_tax: e'[j, n, i], levied by exporter i on the price at its factory gate and kept by
            it, the importer's tariff being levied on the price with it; a negative rate is a
            subsidy. The baseline has none.
        productivity_hat: T hat[j, n], of unit cost.
        labour_hat: L hat[n].
        transfer: USD million received, [n]; sums to zero; added to the deficit.
        lines: tariff lines; they stand in place of the cell's own rate.
        trade_elasticity: theta[j] in place of the baseline's.
        wage_before: of the state that this one follows, in the unit that factors hold wages in
            [n]; zero where none precedes. Needed by factors that hold wages, read by no others.
        quotas: quantities let in at the rates of lines; a model without them does not look.
    """

    tariff_new: Array | None = None
    iceberg_hat: Array | None = None
    export_tax: Array | None = None
    productivity_hat: Array | None = None
    labour_hat: Array | None = None
    transfer: Array | None = None
    lines: Lines | None = None
    trade_elasticity: Array | None = None
    wage_before: Array | None = None
    quotas: QuotaLimits | None = None

    def labour(self, base: Baseline) -> Array:
        """Return L hat[n]; ones where labour does not change."""
        return np.ones_like(base.value_added) if self.labour_hat is None else self.labour_hat


class Hats(NamedTuple):
    """The unknowns, in logs: wages [n, s], prices [j, n, s], expenditure [j, n, s], and others.

    Attributes:
        wage, price, expenditure: every model's.
        others: the blocks that choices of the model add (``unknowns``), in their order.
    """

    wage: Array
    price: Array
    expenditure: Array
    others: tuple[Array, ...] = ()

    @classmethod
    def of(cls, blocks: Iterable[Array]) -> Hats:
        """Return the hats of blocks in their order."""
        wage, price, expenditure, *others = blocks
        return cls(wage, price, expenditure, tuple(others))

    @property
    def blocks(self) -> tuple[Array, ...]:
        """Every block, in its order."""
        return (self.wage, self.price, self.expenditure, *self.others)

    @property
    def common(self) -> tuple[Array, ...]:
        """Wages, prices and expenditure: what the effect of a change is measured in."""
        return (self.wage, self.price, self.expenditure)

    def state(self, s: int) -> Hats:
        """Return the hats of one state, still with a last axis (of one)."""
        return Hats.of(hat[..., s : s + 1] for hat in self.blocks)


class Weights(NamedTuple):
    """What stays fixed during a solve (docs/theory.md, Tariff lines): prepared once.

    The trade matrices are read with ``@`` only: ``share @ u`` is the sum over exporters i of
    share[j, n, i] u[j, i, s]. They are arrays, or a ``Patched`` where several states share most.

    Attributes:
        share: A[j, n, i] = pi times kappa hat to the power -theta.
        sold: At[j, i, n] = A / ((1 + t') (1 + e')), seller first: what reaches the seller.
        taxed: sectors in which any tariff is paid, [k].
        duty: A t' / (1 + t') of those sectors [k, n, i]: what the importer's treasury collects.
        export_taxed: sectors in which any export tax is paid or subsidy given, [l].
        export_duty: A e' / ((1 + t') (1 + e')) of those sectors, seller first [l, i, n].
        trade_elasticity: theta [j, s].
        log_productivity: ln T hat [j, n, s].
        labour_hat: L hat [n, s].
        transfer: [n, s].
        wage_before: of the state each follows (``Shock``) [n, s].
        active: markets in which anything is bought at baseline and a supplier is left, [j, n].
        producing: producers with output at baseline, [j, n].
        quotas: of lines under quotas, at their rates inside them; None where none is looked at.
    """

    share: Any
    sold: Any
    taxed: IntArray
    duty: Any
    export_taxed: IntArray
    export_duty: Any
    trade_elasticity: Array
    log_productivity: Array
    labour_hat: Array
    transfer: Array
    wage_before: Array
    active: NDArray[np.bool_]
    producing: NDArray[np.bool_]
    quotas: Any = None


class Totals(NamedTuple):
    """Levels by country and sector of every state, baseline money with world value added kept.

    Attributes:
        gross_output: Y'[j, n, s].
        value_added: VA'[j, n, s], of producers.
        labour_income: its part that is paid to labour free to change sector [j, n, s].
        expenditure: X'[j, n, s].
        revenue: what the treasury collects, tariffs and export taxes [n, s].
        export_revenue: its part from export taxes, negative where subsidies are larger [n, s].
        income: I'[n, s].
        deficit: D'[n, s].
        exports: sales abroad at the exporter's border, its export tax included [n, s].
        imports: purchases from abroad, likewise [n, s].
        cost_hat: c hat[j, n, s].
        asked_hat: what sellers ask, as buyers compare it [j, n, s]: c hat, less of more varieties.
        met_hat: what sellers' prices are compared with where they are bought [j, n, s]: P hat, or
            more where a market that spends more has more sellers.
        price_hat: P hat[j, n, s].
        paid_hat: of what users and households buy [j, n, s]: of a good, the index of its sector.
        wage_hat: w hat[n, s].
        employment: part of the labour there is that is at work [n, s].

    Where buyers are told by use, ``price_hat`` is the mean of both uses' in logs, at the weights of
    baseline spending, and ``paid_hat`` what households pay.
    """

    gross_output: Array
    value_added: Array
    labour_income: Array
    expenditure: Array
    revenue: Array
    export_revenue: Array
    income: Array
    deficit: Array
    exports: Array
    imports: Array
    cost_hat: Array
    asked_hat: Array
    met_hat: Array
    price_hat: Array
    paid_hat: Array
    wage_hat: Array
    employment: Array

    def state(self, s: int) -> Totals:
        """Return the totals of one state, without the last axis."""
        return Totals(*(values[..., s] for values in self))


class ByUse(NamedTuple):
    """What each use buys in one state, inputs first.

    Attributes:
        trade: purchases at producer prices [2, j, n, i].
        border: at the exporter's border, its export tax included [2, j, n, i].
        expenditure: X' [2, j, n].
        price_hat: P hat [2, j, n].
    """

    trade: Array
    border: Array
    expenditure: Array
    price_hat: Array


class Outcome(NamedTuple):
    """One state in full: the totals of it (last axis dropped) and its trade, seller by seller.

    Attributes:
        trade: purchases at producer prices [j, n, i].
        trade_share: pi'[j, n, i], duty-paid.
        border: purchases at the exporter's border, its export tax included [j, n, i].
        gross_output, value_added, labour_income, expenditure, cost_hat, asked_hat, met_hat,
            price_hat, paid_hat: [j, n].
        revenue, export_revenue, income, deficit, exports, imports, wage_hat, employment: [n].
        by_use: what each use buys of it; None where buyers are not told by use.
    """

    trade: Array
    trade_share: Array
    border: Array
    gross_output: Array
    value_added: Array
    labour_income: Array
    expenditure: Array
    revenue: Array
    export_revenue: Array
    income: Array
    deficit: Array
    exports: Array
    imports: Array
    cost_hat: Array
    asked_hat: Array
    met_hat: Array
    price_hat: Array
    paid_hat: Array
    wage_hat: Array
    employment: Array
    by_use: ByUse | None = None


class Unknown(NamedTuple):
    """A block of unknowns, in logs of hats.

    Attributes:
        name: in the words of the field.
        dims: such as ``("country",)`` or ``("sector", "country")``, a sector's rows by use counted
            each; a ``good`` is one with a finite supply, a ``quota`` one of the question's.
        counts: what its residual counts for in the stopping rule: ``one``, or the sector's
            ``trade_elasticity``, by which an error of a price is magnified in shares.
    """

    name: str
    dims: tuple[Literal["sector", "country", "good", "quota"], ...]
    counts: Literal["one", "trade_elasticity"] = "one"

    def shape(self, base: Baseline) -> tuple[int, ...]:
        """Return its shape, without the axis of states."""
        return self.of(base.sizes)

    def of(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return its shape in a world of so many of each."""
        return tuple(sizes[dim] for dim in self.dims)

    def size(self, base: Baseline) -> int:
        """Return how many numbers it has in one state."""
        return prod(self.shape(base))


class Patch(NamedTuple):
    """The cells whose weights a shock changes, by flat position in [j, n, i], and the new ones.

    Attributes:
        cells: flat positions, sorted.
        share: A there.
        border: A / (1 + t').
        received: A / ((1 + t') (1 + e')).
    """

    cells: Any
    share: Any
    border: Any
    received: Any


class BlockResidual(NamedTuple):
    """Residual of one block of equations, and where it is worst (positions; sector may be None)."""

    name: str
    residual: float
    country: int
    sector: int | None


class Certificate(NamedTuple):
    """What was verified of one equilibrium.

    Attributes:
        blocks: residual and worst place of each block.
        effect: largest |ln hat| of wages, prices and expenditure.
    """

    blocks: tuple[BlockResidual, ...]
    effect: float

    @property
    def residual(self) -> float:
        """Largest relative residual of any block."""
        return max(block.residual for block in self.blocks)

    @property
    def worst(self) -> BlockResidual:
        """The block with the largest residual."""
        return max(self.blocks, key=lambda block: block.residual)


class Model(Protocol):
    """A pure map from guessed hats to implied hats, and the conditions a solution must meet.

    Solving, certifying, comparing and reporting are written once, for every model.
    """

    @property
    def name(self) -> str:
        """Name on the command line and in manifests."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What is solved for, block by block: wages, prices, expenditure, what choices add."""

    @property
    def easier(self) -> tuple[str, ...]:
        """Names of closures that ask less of a country that cannot meet this one."""

    @property
    def unit(self) -> str | None:
        """Country whose wage is the unit of nominal deficits, if any."""

    @property
    def uses(self) -> tuple[float, float] | None:
        """Trade elasticities over their sector's, of inputs and of what households buy.

        None where both are bought alike, and a baseline need not tell them apart.
        """

    @property
    def balances_first(self) -> bool:
        """Whether the baseline is the world as it would be with balanced trade."""

    def closed(self) -> Model:
        """Return the same model with every deficit at zero."""

    def settings(self) -> dict[str, Any]:
        """Return the model's choices, JSON-able."""

    def assumption(self) -> str:
        """Return what the model assumes, in a sentence."""

    def references(self) -> tuple[str, ...]:
        """Return the papers that an answer of the model cites."""

    def guess(self, base: Baseline) -> Hats:
        """Return ones (zeros in logs) of the right shapes."""

    @property
    def follows(self) -> bool:
        """Whether a state depends on the one before it: ``following`` then says on what."""

    @property
    def full_employment(self) -> bool:
        """Whether all labour there is is at work in every state."""

    @property
    def many(self) -> bool:
        """Whether there may be more than one equilibrium, so that a second start is looked from."""

    def work_cost(self, state: Totals | Outcome) -> Any:
        """Return what of income makes up for work in a state [n]; None where time is no cost."""

    def kept(self, state: Totals | Outcome) -> Any:
        """Return what labour keeps of what it is paid at the margin in a state, money [n]."""

    def following(self, base: Baseline, shock: Shock, before: Totals | Outcome | None) -> Shock:
        """Return a state as one that follows another; None where it is the first."""

    @property
    def turning(self) -> float:
        """What duties turn away beyond costs of carriage: in powers, beside theta."""

    def faced(self, base: Baseline, shock: Shock) -> Shock:
        """Return a state whose costs of carriage hold what duties turn away beyond them."""

    def prepare(self, base: Baseline, shock: Shock) -> Weights:
        """Return what stays fixed during the solve of one state.

        Raises:
            InputError: a shock that does not fit the baseline.
            NoEquilibrium: no prices clear the markets of the state, with the reason.
        """

    def prepare_block(
        self, base: Baseline, shocks: Sequence[Shock], patches: Sequence[Patch]
    ) -> Weights:
        """Return what stays fixed during the solve of states side by side."""

    def implied(self, base: Baseline, hats: Hats, weights: Weights) -> Hats:
        """Return the hats implied by a guess: the economics, one sweep, every state at once."""

    def totals(self, base: Baseline, hats: Hats, weights: Weights) -> Totals:
        """Return levels by country and sector at a guess, every state at once."""

    def outcome(self, base: Baseline, hats: Hats, weights: Weights) -> Outcome:
        """Return levels at the solution of one state."""

    def deficit(self, base: Baseline, wage_hat: Array, weights: Weights) -> Array:
        """Return D'[n, s] of the closure."""

    def unsold(self, base: Baseline, shock: Shock) -> NDArray[np.bool_]:
        """Return which makers a state leaves no buyer, who cannot leave their good, [j, n]."""

    def mobile_share(self, base: Baseline) -> Array:
        """Return the part of each producer's value added that the wage pays, [j, n]."""

    def staying(self, base: Baseline) -> Any:
        """Return the step of goods that stay (``solver.Staying``), the last block of unknowns.

        None where there is no such block, or it moves by all of its gap.
        """

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return the consumption price index at second prices over that at first ones, [n].

        Prices are those of what households buy (``Totals.paid_hat``), duty-paid, over the
        baseline's, [j, n]; many pairs of them have a last axis.
        """

    def in_shops(self, base: Baseline, price_hat: Any) -> Any:
        """Return what households pay for goods in shops, over the baseline's, [j, n].

        Prices are those of what they buy (``Totals.paid_hat``), before shops.
        """

    def verify(
        self, base: Baseline, shock: Shock, hats: Hats, totals: Totals | Outcome
    ) -> Certificate:
        """Return the residuals of every equation of one state, evaluated afresh."""


def namespace(*arrays: Any) -> Any:
    """Return the array namespace of the arrays, so that equations run on NumPy and on JAX."""
    for array in arrays:
        if not isinstance(array, np.ndarray) and hasattr(array, "__array_namespace__"):
            return array.__array_namespace__()
    return np
