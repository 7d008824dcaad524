"""Evidence for an organisation: a folder of pages made from the code, the settings and what was measured."""
