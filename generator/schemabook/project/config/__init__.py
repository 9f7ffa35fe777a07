"""`schemabook.yml`: what the dump cannot say, with an error at its line for each thing that is wrong."""

from schemabook.project.config.reading import KEYS, PLACES, load, option_of, read_config
from schemabook.project.config.settings import (
    Accepted,
    AcceptedDrift,
    Config,
    Group,
    HiddenPattern,
    ImportantTable,
    InputFile,
    Link,
    NamePattern,
    Note,
    Refresh,
    Revision,
)
