"""How the record is built from trade by partner: :mod:`tools.build_backtests`."""
