"""The register of personal data is complete: no column that refers to an account or holds an address is missing."""

import re

from sqlalchemy import Column, LargeBinary, Table

from hub.store import Base
from hub.store.personal import BYTES, CARRIED, DIGESTED, REGISTER, Fate

ADDRESS = re.compile(r"(^|_)(e?mail|recipient|contact|address|phone|browser|party|responsible)(_|$)")
BY_NUMBER = re.compile(r"(^|_)(user|author|actor|assignee|deputy)_id$|_by_id$")


def _speaks_of_people(column: Column[object]) -> bool:
    refers = any(key.column.table.name == "users" for key in column.foreign_keys)
    return refers or bool(ADDRESS.search(column.name)) or bool(BY_NUMBER.search(column.name))


def test_no_column_that_refers_to_an_account_or_holds_an_address_is_missing() -> None:
    registered = {(held.table, column) for held in REGISTER for column in held.columns}
    tables = Base.metadata.tables.values()
    wanted = {(table.name, column.name) for table in tables for column in table.columns if _speaks_of_people(column)}
    assert len(wanted) > 80
    assert wanted - registered == set()


def test_the_register_speaks_of_columns_that_are_there_and_of_each_table_once() -> None:
    there = {(table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns}
    named = {(held.table, column) for held in REGISTER for column in (*held.columns, *held.secrets)}
    assert named - there == set()
    tables = [held.table for held in REGISTER]
    assert sorted(set(tables)) == sorted(tables)


def test_every_table_with_whole_files_is_named() -> None:
    secrets = {(held.table, name) for held in REGISTER for name in held.secrets}
    binary = {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and (table.name, column.name) not in secrets
    }
    assert binary - set(CARRIED) == set(BYTES)
    assert set(DIGESTED) <= set(Base.metadata.tables)


def test_what_is_carried_by_another_table_goes_with_it() -> None:
    for name, carrier in CARRIED.items():
        keys = [key for column in Base.metadata.tables[name].columns for key in column.foreign_keys]
        assert [key.ondelete for key in keys if key.column.table.name == carrier] == ["CASCADE"]


def test_every_entry_says_until_when_and_how_its_data_came() -> None:
    assert [held.table for held in REGISTER if not (held.rule or held.until)] == []
    assert [held.table for held in REGISTER if held.rule and held.until] == []
    assert [held.table for held in REGISTER if not (held.what and held.source)] == []


def test_what_is_deleted_with_an_account_can_be_found_by_it() -> None:
    assert [held.table for held in REGISTER if held.fate is Fate.DELETED and not (held.own or held.email)] == []


def test_digests_of_secrets_are_never_given_out() -> None:
    tables: dict[str, Table] = dict(Base.metadata.tables)
    told = {held.table: set(held.secrets) for held in REGISTER}
    open_ones = [
        (held.table, column.name)
        for held in REGISTER
        for column in tables[held.table].columns
        if re.search(r"token|secret|password", column.name) and column.name not in told[held.table]
    ]
    assert open_ones == []
