"""Own themes: an organisation's themes, learned from phrases when a pack is loaded, without a training run.

The shipped model decides first. Its safety net, its handovers and its conversation stay as they are whatever a pack
says; an own theme then takes at most a budget of what others' messages look like, and is offered below that.
"""
