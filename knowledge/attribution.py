"""Attribution of a quote in one line, the same in the knowledge and in a reply."""


def format_attribution(author: str | None, title: str, publisher: str | None, date: str | None) -> str:
    """Return author, title, publisher and date in one line; what is not known is left out."""
    known = (author, f"“{title}”", publisher, date)
    return ", ".join(part for part in known if part)
