"""Training: from utterances to a model. The running bot never imports it."""
