"""The editors' page: lessons of an organisation's own, written, checked, tried and published in a browser."""
