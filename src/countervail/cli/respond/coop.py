"""``countervail respond coop``: tariffs that players would agree on."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli.draws import Cluster, Draws, Out, PriorsFile, Seed, Workers
from countervail.cli.respond.asked import Bounds, ByLine


def coop(
    players: Annotated[
        str, typer.Argument(help="Countries or groups, such as USA,CHN,EU27; a group is one.")
    ] = "USA,CHN,EU27",
    threat: Annotated[
        str, typer.Option(help="What holds without agreement: the law, or a tariff war (nash).")
    ] = "law",
    points: Annotated[
        int, typer.Option(help="Points of the frontier besides, for each player.")
    ] = 0,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="WEIGHTS",
            help="What a player's dollar counts for, such as USA=1,CHN=0.5; all the same.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="PARTNERS", help="On whom tariffs may be set; everybody."),
    ] = None,
    sectors: Annotated[
        str | None, typer.Option(metavar="CODES", help="Sectors, such as C29,A01; all goods.")
    ] = None,
    low: Annotated[
        float, typer.Option(metavar="PERCENT", help="Lowest rate; below 0, imports are subsidised.")
    ] = 0.0,
    high: Annotated[float, typer.Option(metavar="PERCENT", help="Highest rate.")] = 100.0,
    mfn: Annotated[
        bool, typer.Option("--mfn", help="One rate a player for all partners, by sector.")
    ] = False,
    hold: Annotated[
        str | None,
        typer.Option(
            metavar="PLAYER=PARTNERS",
            help="Who keeps present rates on whom, such as CAN=USA+MEX,USA=CAN+MEX.",
        ),
    ] = None,
    free: Annotated[
        str | None,
        typer.Option(
            metavar="PLAYER=PARTNERS",
            help="Whose rates on whom are zero, such as CAN=USA+MEX: free-trade agreements.",
        ),
    ] = None,
    bounds: Bounds = None,
    by_line: ByLine = False,
    scenario: Annotated[
        str | None,
        typer.Option(help="Its second state is the law in force; the world as it is."),
    ] = None,
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, nominal, own_income or closed.")
    ] = "world_share",
    world: Annotated[str, typer.Option(help="A built-in world or a .nc file.")] = "oecd-2022",
    draws: Draws = 50,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Find tariffs that players would agree on, and the frontier, and prove it (needs JAX).

    Ctrl-C prints the kinds of agreement found so far.
    """
    from countervail import respond
    from countervail.cli.progress import bar
    from countervail.cli.respond import asked
    from countervail.cli.respond.drawn import Found, Wanted
    from countervail.report.cooperated import coop_as_dict, coop_tables, render_coop

    wanted = Wanted(draws, seed, priors, workers, cluster, out, as_json=as_json)
    where = asked.place(world, scenario, variant, deficits)
    wanted.check_priors(where)
    with bar("equilibria") as progress:
        answer = respond.coop(
            where.world,
            asked.words(players) or (),
            where.scenario,
            where.model,
            weights=asked.numbers("--weights", "USA=1,CHN=0.5", weights),
            threat=threat,  # type: ignore[arg-type]
            points=points,
            partners=asked.words(on),
            sectors=asked.words(sectors),
            low=low / 100.0,
            high=high / 100.0,
            mfn=mfn,
            held=asked.holds(hold),
            free=asked.holds(free, "--free"),
            bounds=bounds,
            by_line=by_line,
            progress=progress,
        )
    told = wanted.ranges(answer.shown)
    wanted.tell(
        Found(
            said=lambda: coop_as_dict(answer, told),
            shown=lambda: render_coop(answer, told),
            tables=coop_tables,
            solution=answer.shown.solution,
            ensemble=None if isinstance(told, str) else told.ensemble,
            finished=answer.finished,
        )
    )
