"""INSERT statements that know what to do where the row exists; both dialects have them, under two names."""

from typing import Any


def choose_insert(dialect: str) -> Any:
    """Return the `insert` of a dialect. Only that one is imported, for importing PostgreSQL's takes a while."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite

    return insert_sqlite
