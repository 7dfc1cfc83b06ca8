"""The table of variables is complete, and every row can be used."""

from __future__ import annotations

from countervail import schema

DIMS = {"exporter", "importer", "country", "sector", "input_sector", "line"}


def test_every_row_has_dims_a_unit_and_a_meaning() -> None:
    table = schema.variables()
    assert len(table) > 25
    for name, about in table.items():
        assert about.name == name
        assert set(about.dims) <= DIMS, name
        assert about.dims, name
        assert about.unit, name
        assert len(about.meaning) > 10, name
        if about.lower is not None and about.upper is not None:
            assert about.lower < about.upper, name


def test_suffixes_are_tenses() -> None:
    table = schema.variables()
    for name in table:
        if name.endswith("_new"):
            base = table[name.removesuffix("_new")]
            assert (base.dims, base.unit) == (table[name].dims, table[name].unit), name
        if name.endswith("_hat"):
            assert table[name].unit == "ratio", name
