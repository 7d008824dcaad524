"""The small steps that people take on, and the question how they went."""
