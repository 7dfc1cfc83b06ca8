"""``countervail respond retaliate``: how to answer a partner at the least cost to oneself."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli.draws import Cluster, Draws, Out, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName
from countervail.cli.partial import AllowPartial
from countervail.cli.respond.options import (
    AsJson,
    Bounds,
    ByLine,
    Deficits,
    LawDate,
    Variant,
    WorldName,
)


def retaliate(
    player: Annotated[str, typer.Argument(help="Who answers: a country, or a group as one.")],
    partner: Annotated[str, typer.Argument(help="Who is answered.")],
    scenario: Annotated[
        str | None,
        typer.Option(help="Its second state holds their measure, in place of --law-date."),
    ] = None,
    variant: Variant = None,
    law_date: LawDate = None,
    unanswered: Annotated[
        bool, typer.Option("--unanswered", help="Leave our own measures out of the scenario.")
    ] = False,
    cost_usd: Annotated[
        float | None, typer.Option(metavar="USD", help="What it is to cost them, USD million.")
    ] = None,
    cost_percent: Annotated[
        float | None, typer.Option(metavar="PERCENT", help="The same, of their welfare.")
    ] = None,
    rebalance: Annotated[
        bool, typer.Option("--rebalance", help="As much as the scenario costs us.")
    ] = False,
    sectors: Annotated[
        str | None, typer.Option(metavar="CODES", help="Sectors that may be used; all goods.")
    ] = None,
    spare: Annotated[
        str | None, typer.Option(metavar="CODES", help="Sectors that may not: C19,C20.")
    ] = None,
    cap: Annotated[float, typer.Option(metavar="PERCENT", help="Highest additional duty.")] = 50.0,
    bounds: Bounds = None,
    by_line: ByLine = False,
    most: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Sectors, or tariff lines, at most; any number."),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="With --unanswered: beside it, the answer the scenario holds."
        ),
    ] = False,
    model: ModelName = "caliendo_parro",
    choices: Choices = None,
    deficits: Deficits = "world_share",
    world: WorldName = "oecd-2022",
    draws: Draws = 50,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    allow_partial: AllowPartial = False,
    as_json: AsJson = False,
) -> None:
    """Find duties that cost a partner an amount at the least own cost, and prove it (needs JAX)."""
    from countervail.cli.progress import bar
    from countervail.cli.respond import asked
    from countervail.cli.respond.drawn import Wanted
    from countervail.errors import InputError
    from countervail.models import model_of
    from countervail.policy.retaliation.retaliate import retaliate as answer_to
    from countervail.present import retaliated

    if compare and not unanswered:
        raise InputError("--compare sets our own answer beside this one: add --unanswered")
    wanted = Wanted(draws, seed, priors, workers, cluster, out, as_json=as_json)
    economy = model_of(model, choices or (), deficits=deficits)
    where = asked.place(world, scenario, variant, economy, law_date, allow_partial=allow_partial)
    wanted.check_priors(where)
    with bar("points of the frontier") as progress:
        answer = answer_to(
            where.world,
            player,
            partner,
            where.scenario,
            where.model,
            goal_usd=cost_usd,
            goal_percent=cost_percent,
            rebalance=rebalance,
            unanswered=unanswered,
            sectors=asked.words(sectors),
            spare=asked.words(spare) or (),
            cap=cap / 100.0,
            bounds=bounds,
            by_line=by_line,
            most=most,
            compare_with=where.scenario if compare else None,
            progress=progress,
        )
    wanted.finish(answer, retaliated.retaliation, answer)
