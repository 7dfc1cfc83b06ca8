"""The best tariffs of one country on goods from two others, their proof and their range."""

from __future__ import annotations

import countervail as cv

kept = ("CAN", "CHN", "USA")
world = cv.open_world()
world = world.aggregate(countries={"REST": [c for c in world.countries if c not in kept]})

answer = cv.respond.optimal(world, "CAN", partners=["CHN"], sectors=["C29", "C26"], high=0.5)
for row in answer.table:
    print(f"{row.partner} {row.sector}: {row.present:.1f} to {row.rate:.1f} per cent")
proof = answer.certificate
print(f"worth {proof.gain:+.4f} per cent, USD {proof.gain_usd:,.0f} million")
print(f"no slope left: {proof.projected_gradient < 1e-6}; both searches agree: {proof.agree}")

found = cv.respond.reprice(answer, draws=4, workers=1)
print(f"better than doing nothing in {found.criterion('CAN').chance:.0%} of the draws")
