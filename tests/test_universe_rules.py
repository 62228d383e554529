"""The checks and the scope of universes as data: counted, and refused in one sentence when malformed."""

from datetime import date

import pytest
import sqlglot
import yaml

from auditkit.errors import InputError
from auditkit.rules.layouts import load_layouts
from auditkit.rules.universe_rules import CHECK_FILE, SCOPE_FILE, columns_read, load_checks, load_scope
from auditkit.rules.yamlfile import read_yaml
from auditkit.universes.crosschecks import check_sql
from auditkit.universes.fill import fill_steps

PERIOD = (date(2026, 7, 1), date(2026, 9, 30))


def changed(tmp_path, source, change):
    raw = read_yaml(source)
    change(raw)
    path = tmp_path / source.name
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    return path


def concurrent(raw):
    return next(e for e in raw["tables"][0]["exclusions"] if e["code"] == "concurrent")


@pytest.mark.parametrize("change, reason", [
    (lambda r: r["checks"][0].update(severty="error"), "'severty' is not a name known here"),
    (lambda r: r["checks"][0].update(severity="grave"), "'severity' must be 'error', 'warning' or 'info'"),
    (lambda r: r["checks"][0].update(tables=["ODD"]), "there is no layout ODD"),
    (lambda r: r["checks"][0].update(columns=["ZZ"]), "has no column ZZ"),
    (lambda r: r["checks"][0].update(when="AF_none = 0"), "has no column AF"),
    (lambda r: r["checks"][0].update(when="G_day < {period_begin}"), "uses {period_begin}"),
    (lambda r: r["checks"][0].update(when="{date}_none = 1"), "is not the time of a date"),
    (lambda r: [r["checks"][0].pop(name) for name in ("when", "unique")], "needs 'when', 'unique' or both"),
    (lambda r: r["checks"][0].update(columns="paired_times", tables=["PYMT_C"]),
     "no time whose date may be None"),
    (lambda r: r["formats"].append(r["formats"][0]), "X18: it stands there twice"),
    (lambda r: r.pop("checks"), "a list named 'checks' is needed"),
])
def test_a_malformed_check_is_refused(tmp_path, change, reason):
    with pytest.raises(InputError, match="universe_checks.yaml") as refused:
        load_checks(changed(tmp_path, CHECK_FILE, change))
    assert reason in str(refused.value)


@pytest.mark.parametrize("change, reason", [
    (lambda r: r["tables"].append(r["tables"][0]), "table OD: it stands there twice"),
    (lambda r: r["tables"][0]["exclusions"].append(r["tables"][0]["exclusions"][0]),
     "withdrawn stands there twice"),
    (lambda r: concurrent(r).update(value="perhaps"), "no policy concurrent_review with the value"),
    (lambda r: concurrent(r).pop("value"), "'policy' and 'value' belong together"),
    (lambda r: r["tables"][0].pop("population"), "'population' is missing"),
])
def test_a_malformed_scope_is_refused(tmp_path, change, reason):
    with pytest.raises(InputError, match="universe_scope.yaml") as refused:
        load_scope(changed(tmp_path, SCOPE_FILE, change))
    assert reason in str(refused.value)


def test_the_columns_a_predicate_reads():
    assert columns_read("V IN ('E', 'CP') AND K_none = 0 AND P_bad = 1 AND AA_day < H_day") == ["V", "K",
        "AA", "H"]


def test_all_thirteen_tables_have_checks_between_cells():
    rules = load_checks()
    assert [code for code in load_layouts() if not rules.for_table(code)] == []


DIALECTS = ["duckdb", "postgres", "spark", "tsql", "snowflake"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("table", sorted(load_scope().tables))
def test_the_sql_of_checks_and_fills_is_read_by_every_dialect(table, dialect):
    for check in load_checks().for_table(table):
        for text in check_sql(table, check.code, PERIOD).split(";\n"):
            assert sqlglot.parse_one(text, dialect=dialect)
    for _, text in fill_steps(table, PERIOD):
        assert sqlglot.parse_one(text, dialect=dialect)
        assert not any(word in text.upper() for word in ("INTERVAL", "DATEDIFF", "::", "ILIKE", "LEAST(",
            "QUALIFY"))
