"""Answers go only where they may."""

import pytest

from bot.platforms.teams.api.service_urls import ForeignAddressError, allow_listed, allow_loopback


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/teams/",
        "https://SMBA.trafficmanager.net:443/emea/tenant/",
        "https://smba.infra.gcc.teams.microsoft.com/teams",
        "https://extra.example:8443/x",
    ],
)
def test_microsofts_services_and_the_operators_additions_are_spoken_to(url):
    allow_listed(["https://extra.example:8443"])(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://extra.example/",
        "https://smba.infra.gov.teams.microsoft.us/",
        "https://smba.infra.dod.teams.microsoft.us/",
        "//smba.trafficmanager.net/",
        "https://[::1",
        "https://x:99999/",
        "",
    ],
)
def test_others_are_not(url):
    with pytest.raises(ForeignAddressError):
        allow_listed(["https://extra.example:8443"])(url)


def test_a_bot_without_an_app_id_speaks_to_this_machine_alone():
    allow_loopback("http://127.0.0.1:3978/")
    allow_loopback("http://localhost:56150/_connector")
    with pytest.raises(ForeignAddressError):
        allow_loopback("https://smba.trafficmanager.net/uk/")
