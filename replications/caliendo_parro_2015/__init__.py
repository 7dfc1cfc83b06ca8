"""Caliendo and Parro (2015): the effects of NAFTA's tariff changes."""
