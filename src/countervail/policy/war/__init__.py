"""A tariff war: rounds of steps and answers until nobody gains by changing its own tariffs."""
