"""The commands of the command line, in one file for each noun; `bot.__main__` registers them."""
