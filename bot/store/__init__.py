"""What the bot remembers: tables, migrations, and the queries, grouped by noun."""
