"""The page on which the bot can be tried before anyone signs anything: ask, calendar, look inside, insights."""
