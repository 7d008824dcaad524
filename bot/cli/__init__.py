"""The commands, a file a noun; `bot.__main__` puts them together."""
