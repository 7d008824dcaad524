"""Messages and phrases of themes that the shipped model does not know, for `python -m benchmarks.own_themes`."""
