"""Evaluation: how good a model is, and what a new utterance would change. The running bot never imports it."""
