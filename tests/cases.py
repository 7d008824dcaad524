"""Many small cases in one test: as tests of their own they cost several times more, by what pytest does around each."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from typing import Any

Case = tuple[str, Mapping[str, object]]


def for_each(cases: Sequence[Case]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test with the arguments of each case; when all have been run, fail with the name of each that failed.

    Parameters
    ----------
    cases
        A name for each case, and the arguments that it gives the test; every other argument is a fixture.
    """
    assert cases, "a test of no case would pass whatever it says"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run_each(**fixtures: object) -> None:
            failures: list[tuple[str, Exception]] = []
            for name, given in cases:
                try:
                    test(**fixtures, **given)
                except Exception as failure:  # noqa: BLE001 (the other cases are run too, and all failures raised)
                    failures.append((name, failure))
            if failures:
                told = "\n".join(f"{name}: {type(failure).__name__}: {failure}" for name, failure in failures)
                raise ExceptionGroup(f"{len(failures)} of {len(cases)} cases:\n{told}", [one for _, one in failures])

        found: Any = run_each
        asked = signature(test)
        given = {name for _, arguments in cases for name in arguments}
        fixtures = [one for name, one in asked.parameters.items() if name not in given]
        found.__signature__ = asked.replace(parameters=fixtures)  # by which pytest knows what to provide
        return run_each

    return decorate
