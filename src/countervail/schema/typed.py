"""The variables of answers as properties, for completion and type checkers.

At run time they are given by ``__getattr__``; a test holds the list to the table of variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr


class CountryVariables:
    """Variables of countries and of countries and sectors; of draws, the draw first."""

    if TYPE_CHECKING:

        @property
        def expenditure(self) -> xr.DataArray:
            """Expenditure.

            Tariff-inclusive spending on the sector for every use; USD million, [country, sector].
            """

        @property
        def gross_output(self) -> xr.DataArray:
            """Gross output.

            Sales of the country's producers to every market; USD million, [country, sector].
            """

        @property
        def revenue(self) -> xr.DataArray:
            """Revenue.

            Tariff revenue, and in a Solution what export taxes bring in less what subsidies cost;
            USD million, [country].
            """

        @property
        def export_revenue(self) -> xr.DataArray:
            """Export revenue.

            What the exporter's treasury collects in export taxes; negative where subsidies are
            larger; part of revenue; USD million, [country].
            """

        @property
        def income(self) -> xr.DataArray:
            """Income.

            Value added plus revenue plus deficit; equals final spending; USD million, [country].
            """

        @property
        def deficit(self) -> xr.DataArray:
            """Deficit.

            Imports minus exports at border prices, export taxes included (in a World: producer
            prices); positive borrows; USD million, [country].
            """

        @property
        def expenditure_new(self) -> xr.DataArray:
            """Tariff-inclusive spending in the second state; USD million, [country, sector]."""

        @property
        def gross_output_new(self) -> xr.DataArray:
            """Gross output new.

            Sales of the country's producers in the second state; USD million, [country, sector].
            """

        @property
        def revenue_new(self) -> xr.DataArray:
            """Revenue new.

            Revenue in the second state: tariffs, and export taxes less subsidies; USD million,
            [country].
            """

        @property
        def export_revenue_new(self) -> xr.DataArray:
            """Export revenue new.

            Export taxes less subsidies in the second state; part of revenue_new; USD million,
            [country].
            """

        @property
        def income_new(self) -> xr.DataArray:
            """Income in the second state; USD million, [country]."""

        @property
        def deficit_new(self) -> xr.DataArray:
            """Deficit new.

            Imports minus exports at border prices, export taxes included, in the second state;
            USD million, [country].
            """

        @property
        def wage_hat(self) -> xr.DataArray:
            """Wage hat.

            Wage relative to the first state (world value added is the numeraire); ratio,
            [country].
            """

        @property
        def cost_hat(self) -> xr.DataArray:
            """Cost hat.

            Unit cost of the country's producers relative to the first state; ratio, [country,
            sector].
            """

        @property
        def price_index_hat(self) -> xr.DataArray:
            """Duty-paid price index relative to the first state; ratio, [country, sector]."""

        @property
        def shop_price_hat(self) -> xr.DataArray:
            """Shop price hat.

            Price that households pay relative to the first state, home services of trade in it
            where they buy in shops (demand=retail); of the goods of a sector that are bought as
            one, that sector's; ratio, [country, sector].
            """

        @property
        def welfare_usd(self) -> xr.DataArray:
            """Welfare usd.

            Welfare in USD of the world's year, the economy of that year: its per cent of first-
            state final spending, which is income; USD million, [country].
            """

        @property
        def revenue_change_usd(self) -> xr.DataArray:
            """Revenue change usd.

            Revenue_new less revenue, nominal, world value added unchanged; USD million,
            [country].
            """

        @property
        def welfare(self) -> xr.DataArray:
            """Welfare.

            Exact equivalent variation in per cent of first-state final spending, per head where
            labour changes; per cent, [country].
            """

        @property
        def real_wage(self) -> xr.DataArray:
            """Change of the wage over the consumption price index; per cent, [country]."""

        @property
        def exports_change(self) -> xr.DataArray:
            """Exports change.

            Change of exports at border prices, export taxes included; domestic sales left out;
            per cent, [country].
            """

        @property
        def imports_change(self) -> xr.DataArray:
            """Imports change.

            Change of imports at border prices, before tariff; domestic purchases left out; per
            cent, [country].
            """

        @property
        def unemployment_change(self) -> xr.DataArray:
            """Unemployment change.

            Change of the part of a country's labour that is out of work; zero where the model has
            full employment; per cent of the labour there is, [country].
            """

        @property
        def labour_at_work_change(self) -> xr.DataArray:
            """Labour at work change.

            Change of the labour at work in a country; that of the labour there is where the model
            has full employment; per cent, [country].
            """

        @property
        def revenue_change(self) -> xr.DataArray:
            """Revenue change.

            Change of revenue: tariffs, and export taxes less subsidies; per cent of first-state
            final spending, [country].
            """

        @property
        def employment_change(self) -> xr.DataArray:
            """Employment change.

            Change of the labour a sector employs (its value added over the wage); zero where
            nothing is made; per cent, [country, sector].
            """

        @property
        def specific_income_change(self) -> xr.DataArray:
            """Specific income change.

            Change of the income of what cannot leave a good: land, licences, mines, plants
            (nominal, world value added unchanged); zero where all is free to move; per cent,
            [country, sector].
            """

        @property
        def real_output_change(self) -> xr.DataArray:
            """Real output change.

            Change of gross output at first-state producer prices; zero where nothing is made; per
            cent, [country, sector].
            """

        @property
        def terms_of_trade(self) -> xr.DataArray:
            """Terms of trade.

            First-order terms-of-trade part of welfare (Caliendo and Parro 2015, equation 19),
            prices at the border; per cent, [country].
            """

        @property
        def volume_of_trade(self) -> xr.DataArray:
            """Volume of trade.

            First-order volume-of-trade part of welfare (Caliendo and Parro 2015, equation 19), at
            first-state tariffs and export taxes; per cent, [country].
            """


class SolutionVariables(CountryVariables):
    """Those, and what is of pairs of countries and of tariff lines."""

    if TYPE_CHECKING:

        @property
        def trade(self) -> xr.DataArray:
            """Trade.

            Purchases by the importer from the exporter at producer prices before tariff; the
            diagonal is domestic trade; USD million, [exporter, importer, sector].
            """

        @property
        def trade_new(self) -> xr.DataArray:
            """Trade new.

            Purchases at producer prices in the second state (world value added as at baseline);
            USD million, [exporter, importer, sector].
            """

        @property
        def border_trade(self) -> xr.DataArray:
            """Border trade.

            Purchases at the exporter's border, its export tax included, before tariff; USD
            million, [exporter, importer, sector].
            """

        @property
        def border_trade_new(self) -> xr.DataArray:
            """Border trade new.

            Purchases at the exporter's border in the second state, its export tax included,
            before tariff; USD million, [exporter, importer, sector].
            """

        @property
        def trade_share(self) -> xr.DataArray:
            """Trade share.

            Share of the exporter in the importer's tariff-inclusive expenditure on the sector;
            share, [exporter, importer, sector].
            """

        @property
        def trade_share_new(self) -> xr.DataArray:
            """Trade share in the second state; share, [exporter, importer, sector]."""

        @property
        def line_weight(self) -> xr.DataArray:
            """Weight of the tariff line in its cell before tariff; share, [line]."""

        @property
        def line_tariff(self) -> xr.DataArray:
            """Whole duty on the line in the first state; rate, [line]."""

        @property
        def line_tariff_new(self) -> xr.DataArray:
            """Whole duty on the line in the second state; rate, [line]."""

        @property
        def line_trade(self) -> xr.DataArray:
            """Line trade.

            Purchases of the line at producer prices in the first state; USD million, [line].
            """

        @property
        def line_trade_new(self) -> xr.DataArray:
            """Line trade new.

            Purchases of the line at producer prices in the second state; USD million, [line].
            """

        @property
        def line_price_hat(self) -> xr.DataArray:
            """Line price hat.

            Duty-paid price of the line's seller relative to the first state; missing where a ban
            stands in either state; ratio, [line].
            """
