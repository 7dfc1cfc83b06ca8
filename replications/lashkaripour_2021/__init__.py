"""Lashkaripour (2021): the cost of a global tariff war."""
