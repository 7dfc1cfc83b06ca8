"""Build the built-in world from the reference-data folder; the same inputs give the same file.

    python tools/build_world.py --shared ../shared

Run it again whenever a measure, an own duty or a coverage of the ledger changes: the rates of cells
are set with them (tests/world/test_own_duties.py holds the shipped world to today's ledger).

    python tools/build_world.py --sectors 50 --out /tmp/oecd-2022-50.npz

Writes the world, its data card and the table of elasticity sets (the last two only for the shipped
37-sector version). The recipe is the data card's.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tools"), str(REPOSITORY / "src")]

from world_build import (  # noqa: E402
    archive,
    calibrate,
    card,
    checks,
    elasticities,
    inputs,
    measures,
    merge,
    tariffs,
    uses,
)

from countervail import labels  # noqa: E402
from countervail.world.files import read_world  # noqa: E402
from countervail.world.world import World  # noqa: E402

BUILTIN = REPOSITORY / "src" / "countervail" / "world" / "builtin"
ELASTICITIES = REPOSITORY / "src" / "countervail" / "data" / "elasticities.csv"


class Build(NamedTuple):
    """The files of one build."""

    arrays: dict[str, object]
    world: World
    card: str
    checks: list[checks.Check]
    size: int


def main() -> int:
    """Build, print the checks, and return 1 when one fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--sectors", type=int, choices=(37, 50), default=37)
    parser.add_argument("--out", type=Path, help="where to write; needed with --sectors 50")
    parser.add_argument("--no-ledger", action="store_true", help="leave the ledger's measures out")
    options = parser.parse_args()
    if options.sectors == 50 and options.out is None:
        parser.error("--sectors 50 needs --out: only the 37-sector world is shipped")
    out = options.out or BUILTIN / "oecd-2022.npz"
    built = build(options.shared, options.sectors, out, ledger=not options.no_ledger)
    if options.out is None:
        (BUILTIN / "DATA_CARD.md").write_text(built.card, "utf-8")
    for c in built.checks:
        print(f"{'ok  ' if c.ok else 'FAIL'} {c.name}: {c.ours:.3f} ({c.residual:+.3f})")
    print(f"{built.world!r}\n{out}: {built.size / 1e6:.2f} MB")
    return 0 if all(c.ok for c in built.checks) else 1


def build(shared: Path, count: int, out: Path, *, ledger: bool) -> Build:
    """Return the world built from the inputs and written to ``out``.

    Args:
        shared: reference-data folder.
        count: 37 or 50 sectors.
        out: path of the archive.
        ledger: whether to add the ledger's measures in force on the law date.
    """
    sectors = labels.SECTORS_37 if count == 37 else labels.SECTORS_50
    fine = inputs.tables(shared)
    tables = merge.merge(fine, sectors)
    mfn = tariffs.mfn_table(shared, fine.countries, fine.sectors)
    rates = tariffs.base(shared, mfn, fine.countries, fine.sectors)
    rates = _merged(rates, fine.sectors, sectors)
    weight = dict(zip(fine.sectors, merge.abroad(fine.X).sum(axis=(0, 1)).tolist(), strict=True))
    sets = elasticities.sets_50(shared)
    default = sets[elasticities.DEFAULT]
    theta = elasticities.group(default, weight) if count == 37 else default
    if out.parent == BUILTIN:
        elasticities.write_table(ELASTICITIES, sets, weight)

    arrays, log = _arrays(tables, rates, theta, shared)
    means = rates
    if ledger:
        rates = measures.add(_draft(arrays), rates)
        arrays, log = _arrays(tables, rates, theta, shared)
    size = archive.write(out, arrays)
    world = read_world(out)
    findings = world.check()
    if findings:
        raise SystemExit("\n".join(f.message for f in findings))
    results = checks.run(world, tables)
    broad = tariffs.broad_table(shared, fine.countries, fine.sectors)
    facts = card.Facts(tables, rates, means, results, log, mfn, broad)
    return Build(arrays, world, card.write(world, facts), results, size)


def _merged(
    rates: tariffs.Tariffs, fine: tuple[str, ...], coarse: tuple[str, ...]
) -> tariffs.Tariffs:
    """Return tariffs over the built sectors: goods are the same, services are free."""
    take = [fine.index(code) if code in fine else fine.index("D") for code in coarse]
    return rates._replace(
        rate=rates.rate[:, :, take],
        quality=rates.quality[:, :, take],
        source=rates.source[:, :, take],
    )


def _arrays(
    tables: inputs.Tables,
    rates: tariffs.Tariffs,
    theta: dict[str, elasticities.Theta],
    shared: Path,
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the archive's arrays, and the log of what was cleaned."""
    primitives = calibrate.calibrate(tables, rates.rate)
    law_date = [
        (tariffs.LAW_DATE_USA if c == "USA" else tariffs.LAW_DATE).isoformat()
        for c in tables.countries
    ]
    arrays: dict[str, object] = {
        "trade": primitives.trade,
        "tariff": primitives.tariff,
        "input_share": primitives.input_share,
        "trade_elasticity": np.array([round(theta[c].value, 4) for c in tables.sectors]),
        "tariff_quality": rates.quality,
        "tariff_source": rates.source,
        "law_date": np.array(law_date),
        "countries": np.array(tables.countries),
        "sectors": np.array(tables.sectors),
        "meta": np.array(json.dumps(_meta(tables, rates.measures, shared), sort_keys=True)),
    }
    # sector by sector it packs best
    arrays["intermediate_share"] = np.asfortranarray(uses.codes(tables))
    return arrays, primitives.log


def _meta(tables: inputs.Tables, measured: tuple[str, ...], shared: Path) -> dict[str, object]:
    name = "oecd-2022" if len(tables.sectors) == 37 else "oecd-2022-50"
    return {
        "name": name,
        "year": 2022,
        "elasticity_set": elasticities.DEFAULT,
        "provenance": {
            "title": "OECD ICIO 2025 release, year 2022, reassembled; services final flows and "
            "the rest of world partly estimated",
            "credit": "OECD, Inter-Country Input-Output tables, 2025 release; US Census Bureau "
            "2024; averages from F. Teti, Global Tariff Database; Fontagné, Guimbard, Orefice "
            "(2022, ICIO 2025 file); Ahmad, Schreiber (2024)",
            "licence": "CC BY 4.0 (OECD data, adapted), with the credit above",
            "inputs_sha256": inputs.hashes(shared),
            "tariff_quality_codes": {str(k): v for k, v in tariffs.QUALITY.items()},
            "tariff_source_codes": {str(k): v for k, v in tariffs.SOURCE.items()},
            "ledger_measures_in_base": list(measured),
            "card": "DATA_CARD.md",
        },
    }


def _draft(arrays: dict[str, object]) -> World:
    """Return the world the arrays make, before the ledger's measures: for pricing them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.npz"
        archive.write(path, arrays)
        return read_world(path)


if __name__ == "__main__":
    sys.exit(main())
