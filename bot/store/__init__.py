"""The database: tables, migrations, and the queries, in one file for each noun."""
