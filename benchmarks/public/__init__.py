"""Public sets: the intents' code measured beside other classifiers that install."""
