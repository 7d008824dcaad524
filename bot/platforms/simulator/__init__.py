"""The simulator page, on which the bot can be tried without a platform: ask, calendar, look inside, insights."""
