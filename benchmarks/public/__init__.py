"""Measures the intents' code on public sets, beside other classifiers that install."""
