"""How people might say that winter stands in the way: phrases of the theme that the tests' editors write."""

PHRASES = (
    "no beds again, everything backs up in A&E",
    "winter pressure has stopped our flow work",
    "the corridor is full of trolleys every winter",
    "we cannot get patients home before the winter peak",
    "winter plans are written in October and forgotten",
    "flow meetings twice a day and still no beds",
    "how do we free beds before the winter rush",
    "discharges are late and ambulances queue outside",
    "every winter the site team firefights beds",
    "escalation beds open each December and never close",
)
