import pytest

from bot.settings import Settings


@pytest.fixture
def sqlite_url(settings: Settings) -> str:
    return settings.database_url.get_secret_value()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Every promise is kept on both databases."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
