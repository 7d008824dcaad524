"""A test of many cases runs every one of them, and names each that fails."""

import pytest

from tests.cases import for_each


@pytest.fixture
def most() -> int:
    return 3


@pytest.fixture
def run(most):
    seen = []

    @for_each([(f"case {number}", {"number": number}) for number in range(6)])
    def check(most, number):
        seen.append(number)
        assert number < most, "too large"

    return lambda: check(most=most), seen


def test_every_case_is_run_and_each_that_failed_is_named(run):
    check, seen = run

    with pytest.raises(ExceptionGroup) as caught:
        check()

    assert seen == list(range(6))
    assert len(caught.value.exceptions) == 3
    assert "3 of 6 cases" in str(caught.value)
    for number in range(6):
        assert (f"case {number}: AssertionError: too large" in str(caught.value)) is (number >= 3)


def test_a_test_without_a_case_is_refused():
    with pytest.raises(AssertionError):
        for_each([])


@for_each([("one", {"number": 1}), ("two", {"number": 2})])
def test_what_no_case_gives_is_a_fixture(most, number):
    assert number < most
