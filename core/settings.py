"""All settings: read from the environment and `.env`, built once and passed down."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError

SignUpPolicy = Literal["open", "closed"]
ENV_FILE = ".env"
Limit = Annotated[int | None, BeforeValidator(lambda value: None if value == "" else value)]
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


class Settings(BaseSettings):
    """Epox's settings. A wrong value raises; `load_settings` turns that into a sentence."""

    model_config = SettingsConfigDict(
        env_prefix="EPOX_", env_file=ENV_FILE, extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Path("data")
    database_url: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("database_url", "DATABASE_URL")
    )
    r2_account_id: str = Field(
        default="", validation_alias=AliasChoices("r2_account_id", "R2_ACCOUNT_ID")
    )
    r2_access_key_id: str = Field(
        default="", validation_alias=AliasChoices("r2_access_key_id", "R2_ACCESS_KEY_ID")
    )
    r2_secret_access_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("r2_secret_access_key", "R2_SECRET_ACCESS_KEY"),
    )
    r2_bucket_name: str = Field(
        default="", validation_alias=AliasChoices("r2_bucket_name", "R2_BUCKET_NAME")
    )
    r2_endpoint_url: str = Field(
        default="", validation_alias=AliasChoices("r2_endpoint_url", "R2_ENDPOINT_URL")
    )
    gemini_api_key: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("gemini_api_key", "GEMINI_API_KEY")
    )
    gemini_base_url: str = Field(
        default="", validation_alias=AliasChoices("gemini_base_url", "GOOGLE_GEMINI_BASE_URL")
    )
    gemini_api_version: Literal["v1", "v1beta"] = "v1beta"
    gemini_timeout_s: float = Field(default=180, gt=0, le=900)
    gemini_requests_per_minute: Limit = Field(
        default=None,
        ge=1,
        le=10_000,
        validation_alias=AliasChoices("gemini_requests_per_minute", "EPOX_GEMINI_RPM"),
    )
    gemini_images_per_minute: Limit = Field(
        default=None,
        ge=1,
        le=10_000,
        validation_alias=AliasChoices("gemini_images_per_minute", "EPOX_GEMINI_IPM"),
    )
    gemini_calls_at_once: Limit = Field(default=None, ge=1, le=64)
    """Limits of each Gemini model that has none of its own; None is no limit."""
    unsplash_access_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("unsplash_access_key", "UNSPLASH_ACCESS_KEY"),
    )
    unsplash_base_url: str = Field(
        default="", validation_alias=AliasChoices("unsplash_base_url", "UNSPLASH_BASE_URL")
    )
    unsplash_calls_per_hour: int = Field(default=50, ge=1, le=10_000)
    """What the key allows: 50 for a new one, more once Unsplash has looked at the app."""
    repeat_unknown: int = Field(default=0, ge=0, le=3)
    """How often a picture whose answer was lost, and perhaps charged, is asked again by itself."""
    sign_up: SignUpPolicy = "open"
    session_idle_hours: float = Field(default=8, gt=0)
    session_max_days: float = Field(default=7, gt=0)
    worker_in_app: bool = True
    worker_threads: int = Field(default=4, ge=1, le=64)
    worker_stop_s: float = Field(default=25, ge=1, le=600)
    behind_proxy: bool = False
    """A proxy stands before Epox: its X-Forwarded-For and X-Forwarded-Proto are believed."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """The names under which browsers reach Epox, besides this machine's own."""
    image_hosts: Annotated[tuple[str, ...], NoDecode] = ("cdn.shopify.com",)
    """Hosts from which imports may fetch photos; "*.example.com" is every host under it."""

    @property
    def uses_object_storage(self) -> bool:
        """Say whether files go to S3/R2 instead of the data folder."""
        return bool(self.r2_bucket_name)

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database's URL with the driver that Epox uses, password included."""
        url = self.database_url.get_secret_value()
        if not url:
            return f"sqlite:///{self.data_dir.resolve() / 'epox.db'}"
        scheme, _, rest = url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else url

    @property
    def is_sqlite(self) -> bool:
        """Say whether the embedded database is used."""
        return self.sqlalchemy_url.startswith("sqlite")

    @property
    def picture_origins(self) -> tuple[str, ...]:
        """Return the origins of pictures that browsers load from elsewhere: none without a key.

        Unsplash asks that the photos of a search are shown from its own servers.
        """
        if not self.unsplash_access_key.get_secret_value():
            return ()
        if self.unsplash_base_url:
            parts = urlsplit(self.unsplash_base_url)
            return (f"{parts.scheme}://{parts.netloc}",)
        return ("https://images.unsplash.com", "https://plus.unsplash.com")

    @model_validator(mode="before")
    @classmethod
    def _split_hosts(cls, values: dict[str, object]) -> dict[str, object]:
        for field in ("allowed_hosts", "image_hosts"):
            hosts = values.get(field)
            if isinstance(hosts, str):
                names = (name.strip().lower() for name in hosts.split(","))
                values[field] = tuple(name for name in names if name)
        return values

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts_are_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not HOST_NAME.fullmatch(host):
                raise ValueError(
                    f"{host!r} is no host name; give names without https://, port or *, "
                    "such as epox.example.com,10.0.0.5"
                )
        return hosts

    @field_validator("image_hosts")
    @classmethod
    def _image_hosts_are_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            name = host.removeprefix("*.")
            if not HOST_NAME.fullmatch(name) or "." not in name.strip("."):
                raise ValueError(
                    f"{host!r} is no host name; give names without https:// or port, such as "
                    "cdn.shopify.com,*.example.com"
                )
        return hosts

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        url = self.database_url.get_secret_value()
        if url and not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError(
                "DATABASE_URL must begin with postgresql:// (or be empty for the embedded database)"
            )
        given = {
            "R2_BUCKET_NAME": self.r2_bucket_name,
            "R2_ACCESS_KEY_ID": self.r2_access_key_id,
            "R2_SECRET_ACCESS_KEY": self.r2_secret_access_key.get_secret_value(),
            "R2_ACCOUNT_ID or R2_ENDPOINT_URL": self.r2_account_id or self.r2_endpoint_url,
        }
        if any(given.values()) and not all(given.values()):
            missing = ", ".join(name for name, value in given.items() if not value)
            raise ValueError(f"set {missing} too, or none of the R2_* variables for local files")
        if self.r2_endpoint_url and not self.r2_endpoint_url.startswith(("http://", "https://")):
            raise ValueError("R2_ENDPOINT_URL must begin with https:// or http://")
        if self.gemini_base_url and not self.gemini_base_url.startswith(("http://", "https://")):
            raise ValueError("GOOGLE_GEMINI_BASE_URL must begin with https:// or http://")
        if self.unsplash_base_url and not self.unsplash_base_url.startswith(
            ("http://", "https://")
        ):
            raise ValueError("UNSPLASH_BASE_URL must begin with https:// or http://")
        return self


def load_settings() -> Settings:
    """Read the settings from the environment, or raise `SettingsError` naming the variable."""
    try:
        return Settings()
    except ValidationError as error:
        sentences = "; ".join(_sentence(detail) for detail in error.errors(include_input=False))
        raise SettingsError(f"Wrong settings: {sentences}.") from None


def _sentence(detail: object) -> str:
    assert isinstance(detail, dict)  # noqa: S101 - pydantic's ErrorDetails is a dict
    message = str(detail["msg"]).removeprefix("Value error, ")
    names = [str(part) for part in detail["loc"]]
    if not names:
        return message
    return f"{_variable(names[0])}: {message}"


def _variable(name: str) -> str:
    """Return the variable that a person sets for a field."""
    field = Settings.model_fields.get(name)
    alias = None if field is None else field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[-1])
    return name if name.isupper() else f"EPOX_{name.upper()}"
