import pytest

from tests.contract.teams.schema import CardSchema


@pytest.fixture(scope="session")
def card_schema() -> CardSchema:
    return CardSchema()
