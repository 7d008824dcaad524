"""YAML files that come with the code, parsed in C: the parser in Python took a tenth of the start of a question."""

from importlib import resources
from typing import Any


def read_packaged_yaml(package: str, *path: str) -> Any:
    """Return the content of a YAML file in a package.

    Parameters
    ----------
    package
        Its dotted name.
    path
        Folders in the package, and the file's name.
    """
    return parse_yaml(resources.files(package).joinpath(*path).read_text("utf-8"))


def parse_yaml(text: str) -> Any:
    """Return the content of a YAML text of plain data.

    Raises
    ------
    yaml.YAMLError
        When it is none.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML without its C part has only the slow one
    return yaml.load(text, Loader=loader)  # noqa: S506  both are safe
