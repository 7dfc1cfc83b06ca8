"""Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): the tariffs of Liberation Day."""
