"""Drafts of one text put together: what points back adds to what it points at."""

from __future__ import annotations

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft

SAME_RATE = 0.05


def add(story: Discourse, new: list[Draft]) -> None:
    """Add the drafts of a sentence: complete them from what was said, merge them, or keep them."""
    for one in new:
        _complete(story, one)
        if _merged(story, one):
            continue
        if (
            one.anaphoric
            and one.rate is None
            and not one.products
            and one.how.get("targets") != STATED
            and one.how.get("implementer") != STATED
            and one.instrument != "agreement"
            and one.status not in {"offered", "threatened"}
        ) and not _of_goods_before(story, one):
            continue
        story.drafts.append(one)


def _goods(d: Draft) -> set[str]:
    found = set()
    for g in d.products:
        found |= {h[:4] for h in g.hs} or {g.text.lower()}
    return found


def _of_goods_before(story: Discourse, d: Draft) -> bool:
    """Give a measure told as known, of which nothing was read, the goods named just before."""
    if not story.goods or story.drafts or d.status not in {"removed", "suspended", "in_force"}:
        return False
    d.products, d.how["products"] = list(story.goods), GUESSED
    return True


def _same_words(a: Draft, b: Draft) -> bool:
    """Return whether two drafts name their goods with a word in common, or one names none."""
    x, y = ({w for g in d.products for w in g.text.lower().split()} for d in (a, b))
    return not x or not y or bool(x & y)


def _alike_goods(a: Draft, b: Draft) -> bool:
    x, y = _goods(a), _goods(b)
    if not x or not y:
        return True
    if x & y:
        return True
    return any(p[:2] == q[:2] and (len(p) <= 2 or len(q) <= 2) for p in x for q in y)


def _family(instrument: str) -> str:
    return {"tariff_cut": "tariff", "quota": "tariff"}.get(instrument, instrument)


def _complete(story: Discourse, d: Draft) -> None:
    """Carry targets and goods to a draft that names none, from what it points back at."""
    if d.instrument in {"agreement", "subsidy", "sanctions"} or d.listed:
        return
    if (
        d.instrument == "import_ban"
        and d.rate is None
        and not d.products
        and d.how.get("targets") != STATED
    ):
        last = story.last
        if (
            last is not None
            and last.instrument == "export_control"
            and last.implementer == d.implementer
            and d.sentence - last.sentence <= 2
        ):
            d.instrument = "export_control"
    before = story.last
    if (
        before is not None
        and before.taxed
        and d.instrument in {"tariff", "tariff_cut"}
        and d.rate is not None
        and d.how.get("targets") != STATED
        and before.implementer == d.implementer
        and d.sentence - before.sentence <= 1
    ):
        d.instrument, d.taxed = "export_control", True  # soybeans will pay 26%
    earlier = [
        x
        for x in reversed(story.drafts)
        if not x.listed and _family(x.instrument) == _family(d.instrument)
    ]
    if d.anaphoric and d.rate is None and not d.products:
        _of_listed(story, d)
    near = [
        x
        for x in story.drafts
        if x.sentence == d.sentence and set(x.implementer) == set(d.implementer) and x.products
    ]
    if (
        not d.products
        and near
        and d.instrument in {"export_control", "quota"}
        and _family(near[-1].instrument) == _family(d.instrument)
    ):
        d.products, d.how["products"] = list(near[-1].products), CARRIED
    if not d.targets:
        same = [x for x in earlier if set(x.implementer) == set(d.implementer) and x.targets]
        if d.retaliatory:
            foe = [
                x
                for x in reversed(story.drafts)
                if set(x.implementer) != set(d.implementer)
                and not x.listed
                and x.instrument != "agreement"
            ]
            if foe and (not same or foe[0] is story.drafts[-1] or not d.anaphoric):
                d.targets, d.how["targets"] = foe[0].implementer, INFERRED
        if (
            not d.targets
            and same
            and d.how.get("implementer") in {CARRIED, INFERRED}
            and (d.sentence - same[0].sentence <= 2)
        ):
            d.targets, d.how["targets"] = same[0].targets, CARRIED
        if not d.targets and same and d.anaphoric and d.sentence - same[0].sentence <= 3:
            d.targets, d.how["targets"] = same[0].targets, CARRIED
        if not d.targets and (
            d.instrument != "export_control"
            or any(
                x.sentence == d.sentence and x.implementer == d.implementer for x in story.drafts
            )
        ):
            _between_two(story, d)
        d.targets = tuple(t for t in d.targets if t not in d.excluded and t not in d.implementer)
    last = story.last
    if (
        not d.products
        and (d.firm is not None or not d.targets or d.how.get("targets") == CARRIED)
        and d.rule.startswith("pay")
        and d.rate is not None
        and last is not None
        and last.products
        and last.implementer == d.implementer
        and d.sentence - last.sentence <= 2
    ):
        d.products, d.how["products"] = list(last.products), CARRIED
    if not d.products and d.firm is not None:
        for x in earlier:
            if x.products:
                d.products, d.how["products"] = list(x.products), CARRIED
                break
    elif (
        (not d.products and d.anaphoric and d.status in {"offered", "threatened"} and earlier)
        or (
            not d.products
            and d.rule.startswith("pay")
            and d.rate is not None
            and d.how.get("implementer") in {CARRIED, INFERRED}
            and earlier
            and earlier[0].products
            and d.sentence - earlier[0].sentence <= 1
        )
        or (
            not d.products
            and d.anaphoric
            and d.rate is not None
            and earlier
            and earlier[0].products
            and d.sentence - earlier[0].sentence <= 2
        )
    ):
        d.products, d.how["products"] = list(earlier[0].products), CARRIED


def _of_listed(story: Discourse, d: Draft) -> None:
    """Give a measure that is told as known what was said of it where it was only listed."""
    for x in reversed(story.drafts):
        alike = x.listed and _family(x.instrument) == _family(d.instrument)
        if alike and (x.rate is not None or x.products) and d.sentence - x.sentence <= 2:
            d.rate, d.old, d.products = x.rate, x.old, list(x.products)
            d.targets = d.targets or x.targets
            d.how["rate"] = d.how["products"] = CARRIED
            d.anaphoric = False
            return


def _between_two(story: Discourse, d: Draft) -> None:
    """Give a measure without a target that of a text about two sides."""
    own = set(d.implementer)
    for x in reversed(story.drafts):
        if x.listed:
            continue
        if set(x.implementer) == own and x.targets and x.instrument != "agreement":
            d.targets, d.how["targets"] = x.targets, CARRIED
            return
        if x.instrument == "agreement" and own < set(x.implementer) and len(x.implementer) == 2:
            d.targets, d.how["targets"] = tuple(set(x.implementer) - own), INFERRED
            return
        if own == set(x.targets) and len(x.implementer) == 1:
            d.targets, d.how["targets"] = x.implementer, INFERRED
            return
        if set(x.implementer) == own:
            return


def _merged(story: Discourse, d: Draft) -> bool:
    """Return whether a draft was merged into an earlier one."""
    bare = d.anaphoric and d.rate is None and not d.products and d.how.get("targets") != STATED
    if bare and not d.listed and d.rule.startswith("subject") and _points_back(story, d):
        return True
    for x in reversed(story.drafts):
        if x.listed != d.listed or _family(x.instrument) != _family(d.instrument):
            continue
        if d.listed:
            return False
        if _same(x, d):
            _put_together(x, d)
            return True
    return bool(d.anaphoric and d.rate is None and _points_back(story, d))


def _compatible_targets(x: Draft, d: Draft) -> bool:
    return not x.targets or not d.targets or bool(set(x.targets) & set(d.targets))


def _same(x: Draft, d: Draft) -> bool:
    """Return whether two drafts are one measure told twice."""
    if x.firm != d.firm or not _compatible_targets(x, d) or not _alike_goods(x, d):
        return False
    if d.instrument == "agreement":
        return set(x.implementer) == set(d.implementer) and (x.status == d.status)
    if set(x.implementer) != set(d.implementer):
        return False
    bare = not d.products and d.how.get("targets") != STATED and d.rate is None
    if bare and d.status == "in_force" and x.status in LATER and d.instrument == x.instrument:
        return True
    if d.how.get("targets") == STATED and not x.targets and d.rate is not None:
        return False
    if (
        d.sentence == x.sentence
        and not d.products
        and d.how.get("targets") != STATED
        and d.status == x.status
        and (d.rate is None or x.rate is None)
        and d.rule.split(".")[-1] == x.rule.split(".")[-1]
    ):
        return True
    if x.instrument != d.instrument and not {x.instrument, d.instrument} <= {
        "tariff",
        "tariff_cut",
    }:
        return False
    if x.rate is not None and d.rate is not None:
        if x.rate.unit != d.rate.unit or abs(x.rate.value - d.rate.value) > SAME_RATE:
            return False
        if x.products and d.products and not (_goods(x) & _goods(d)):
            return False
        if d.rule.startswith("pay") and d.products and not x.products and d.sentence > x.sentence:
            return False  # up to 50% on all; cars get the full 50%
        if not d.anaphoric and d.sentence - x.sentence <= 1 and not _same_words(x, d):
            return False
        return _one_status(x, d) and (
            not d.products
            or not x.products
            or _goods(d) <= _goods(x)
            or _goods(x) <= _goods(d)
            or d.anaphoric
        )
    if x.rate is None and d.rate is None:
        return _one_status(x, d) and (_goods(d) == _goods(x) or d.anaphoric or not d.products)
    return (
        d.anaphoric
        and _one_status(x, d)
        and (d.rate is None or (d.sentence - x.sentence <= 1 and not d.products))
    )


def _one_status(x: Draft, d: Draft) -> bool:
    if x.status == d.status:
        return True
    pair = {x.status, d.status}
    return pair <= {"announced", "in_force"} or (
        d.anaphoric and pair <= {"announced", "in_force", "threatened", "suspended", "removed"}
    )


LATER = {"suspended", "removed"}


def _points_back(story: Discourse, d: Draft) -> bool:
    """Give what a definite noun without a rate says to the measures that it points back at."""
    found: list[Draft] = []
    for x in reversed(story.drafts):
        if x.listed or _family(x.instrument) != _family(d.instrument):
            continue
        if d.how.get("implementer") in {STATED, INFERRED} and set(x.implementer) != set(
            d.implementer
        ):
            continue
        if d.products and not (_goods(d) & _goods(x)) and not (_alike_goods(x, d) and x.products):
            continue
        if d.how.get("targets") == STATED and not _compatible_targets(x, d):
            continue
        if found and x.sentence != found[0].sentence:
            break
        if found and set(x.implementer) != set(found[0].implementer):
            continue
        found.append(x)
    if not found or d.sentence - found[0].sentence > 6:
        return False
    if d.status == "offered" and found[0].status != "offered":
        return False
    for x in found:
        _put_together(x, d)
    return True


def _detail(d: Draft) -> int:
    return (
        2 * (d.rate is not None)
        + bool(d.products)
        + (d.how.get("targets") == STATED)
        + len(d.dates)
    )


def _put_together(x: Draft, d: Draft) -> None:
    """Add what a later mention says to a draft; the fuller of the two is quoted."""
    if _detail(d) > _detail(x) and not d.anaphoric:
        x.start, x.end = d.start, d.end
    if not x.targets and d.targets:
        x.targets, x.how["targets"] = d.targets, d.how.get("targets", CARRIED)
    if not x.products and d.products:
        x.products, x.how["products"] = d.products, d.how.get("products", CARRIED)
    if x.rate is None and d.rate is not None:
        x.rate, x.old, x.basis = d.rate, d.old, d.basis
        x.cue["rate"] = d.cue.get("rate", (d.start, d.end))
        x.how["rate"] = CARRIED
    start, told = d.dates.get("in_force", ""), x.dates.get("in_force", "")
    if d.anaphoric and d.rule.startswith("subject") and len(told) == 10 and start > told:
        x.dates.setdefault("announced", told)  # signed on Thursday; the duties start in April
        x.dates["in_force"] = start
    for key, value in d.dates.items():
        if key == "in_force" and key in x.dates and d.status in LATER:
            continue
        if key not in x.dates or len(value) > len(x.dates[key]):
            x.dates[key] = value
    if d.status in LATER and x.status not in LATER:
        x.status, x.how["status"] = d.status, INFERRED
    elif x.status == "announced" and d.status == "in_force" and d.dates.get("in_force"):
        x.status = "in_force"
    if x.condition is None and d.condition is not None and x.status in {"threatened", "offered"}:
        x.condition = d.condition
    if x.volume is None:
        x.volume = d.volume
    if x.attribution is None:
        x.attribution = d.attribution


__all__ = ["GUESSED", "add"]


def close(story: Discourse) -> None:
    """Drop drafts that only announce what later ones tell rate by rate."""
    gone: list[Draft] = []
    for x in story.drafts:
        if x.listed or x.rate is not None:
            continue
        if x.instrument not in {"tariff", "tariff_cut"} and not x.taxed:
            continue
        firms = any(d.firm and d.rate is not None and _alike_goods(d, x) for d in story.drafts)
        told = x.products and x.how.get("products") != GUESSED and not _wide(x) and not firms
        parts = [
            d
            for d in story.drafts
            if (
                d is not x
                and not d.listed
                and d.rate is not None
                and d.instrument == x.instrument
                and d.status == x.status
            )
            or (
                d is not x
                and not d.listed
                and d.rate is not None
                and d.instrument == x.instrument
                and {d.status, x.status} <= {"announced", "in_force"}
            )
        ]
        parts = [
            d
            for d in parts
            if set(d.implementer) == set(x.implementer)
            and _compatible_targets(x, d)
            and 0 <= d.sentence - x.sentence <= 3
        ]
        if x.products:
            parts = [d for d in parts if d.sentence > x.sentence or d.firm]
        if told:
            parts = [
                d for d in parts if _goods(d) == _goods(x) and d.how.get("products") == CARRIED
            ]
        if not parts:
            continue
        gone.append(x)
        for d in parts:
            if not d.targets and x.targets:
                d.targets, d.how["targets"] = x.targets, CARRIED
            if not d.products and x.products and x.how.get("products") == STATED:
                d.products, d.how["products"] = list(x.products), CARRIED
            for key, value in x.dates.items():
                d.dates.setdefault(key, value)
            if d.status != x.status and x.status == "announced" and "in_force" not in d.dates:
                d.status = "announced"
    story.drafts[:] = [d for d in story.drafts if d not in gone]


def _wide(d: Draft) -> bool:
    return all(len(h) <= 2 for g in d.products for h in g.hs)
