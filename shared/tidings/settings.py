"""The one place that reads the environment. Names are prefixed TIDINGS_; template.yaml sets them for each function."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

_PACKAGE = Path(__file__).parent

Background = Literal["facts", "all"]
"""What is kept of speech acts and of happenings outside PLOVER's types: those that are facts, or whatever is told of."""


PREFIX = "TIDINGS_"


class Settings(BaseModel):
    """Settings of a process, from what is given and else from the environment.

    On AWS the table, bucket and queue names are set; locally `home` is.
    """

    # pydantic-settings would do the same, for a tenth of a query's cold start.
    model_config = ConfigDict(frozen=True, extra="ignore")

    home: Path | None = None
    """Folder of the embedded store; set means: use SQLite and a folder instead of AWS."""
    table_name: str = "tidings-facts"
    """The table of the facts that are answered."""
    rebuilt_table_name: str | None = None
    """Another one that a replay is filling."""
    registry_table_name: str = "tidings-registry"
    """The table of feeds, watches and leases (`tidings.keys`)."""
    bucket_name: str = "tidings-raw"
    bus_name: str = "tidings-facts"
    feeds_queue_url: str = "FeedsQueue"
    """Queue URLs on AWS; on the embedded store the queue's logical id."""
    clean_queue_url: str = "CleanQueue"
    extract_queue_url: str = "ExtractQueue"
    publish_queue_url: str = "PublishQueue"
    watch_queue_url: str = "WatchQueue"
    dead_letter_queue_url: str | None = None
    """Where this function sends messages that can never succeed."""
    model_path: Path | None = None
    """Folder of the spaCy pipeline, or name of an installed one.

    Default: `en_tidings` next to the package or in `models/` of the checkout.
    """
    contact: str = "https://github.com/tidings/tidings"
    """URL or address in the User-Agent."""
    public_url: str | None = None
    """Where the API is reached from outside: hubs are told to call there (WebSub); unset: feeds are only polled."""
    allow_loopback: bool = False
    """Let fetch reach 127.0.0.1 and ::1 on any port: for tests, and for feeds of one's own machine."""
    loopback_port: int | None = None
    """The one port of this machine that fetch may reach: that of the bundled feeds while they are read."""
    clock: AwareDatetime | None = None
    """A fixed "now", to make runs comparable byte by byte; unset: the real clock."""
    max_body_bytes: int = 10_000_000
    fetch_timeout_s: float = 20.0
    max_redirects: int = 5
    host_spacing_s: float = 1.0
    """Seconds between two requests of a process to one host; this machine itself is exempt."""
    background: Background = "facts"
    """What publish keeps beside events of PLOVER's types (`tidings.publish.mentions`); an article's view shows all."""
    notices: bool = True
    """Whether new and changed events are put on the event bus; the watches are told of them in either case."""
    news_since: AwareDatetime | None = None
    """What was fetched before is no news: a replay reads it again, and nobody is told of it. Unset: all is news."""
    index_shards: Annotated[int, Field(ge=1, le=64)] = 1
    """Partitions of the table in which a busy partition of the index lies; a query reads all of them (docs/scale.md)."""
    serve_article_text: bool = True
    """Whether the API may return an article's whole text."""
    admin_key_id: str | None = None
    """Id of the API key that may change things. Unset: nobody may on AWS, and on a laptop whoever reaches the API."""
    allowed_origins: str = ""
    """Origins whose web pages may ask the API (CORS), separated by commas; "*" is any."""
    page_limit: int = 100
    verbose: bool = False
    """Show the structured logs of local workers on stderr; without it they go to the home folder's log only."""

    @model_validator(mode="before")
    @classmethod
    def _from_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        told = {name: os.environ.get(PREFIX + name.upper()) for name in cls.model_fields}
        return {name: value for name, value in told.items() if value is not None} | given

    def model_folder(self) -> Path:
        """Return the folder of the spaCy pipeline, or the name of an installed one."""
        if self.model_path is not None:
            return self.model_path
        beside = _PACKAGE / "en_tidings"
        return beside if beside.is_dir() else _PACKAGE.parent.parent / "models" / "en_tidings"

    def origins(self) -> tuple[str, ...]:
        """Return the origins whose web pages may ask the API."""
        return tuple(origin.strip() for origin in self.allowed_origins.split(",") if origin.strip())

    def export(self) -> None:
        """Write these settings to the environment, for handlers started later in this process and in its children."""
        os.environ.update(self.environment())

    def environment(self) -> dict[str, str]:
        """Return these settings as variables of the environment."""
        return {
            PREFIX + name.upper(): str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in self.model_dump(exclude_none=True, mode="json").items()
        }
