"""All tables together: importing this module fills the metadata."""

from db import (  # noqa: F401 - they fill it
    catalogue_tables,
    gallery_tables,
    generation_tables,
    import_tables,
    studio_tables,
    tables,
)
from db.base import Base

metadata = Base.metadata
