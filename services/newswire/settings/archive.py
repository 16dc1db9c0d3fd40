"""Settings of the archive of raw pages."""

import re
from typing import Annotated, Final

from pydantic import ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from newswire.settings.group import Group, Seconds

_S3: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^\s?#]*))?")
"""A bucket's name (S3 user guide, "Bucket naming rules") and a prefix within it."""
_ENDPOINT: Final = re.compile(r"https?://[^\s/]+/?")


class ArchiveSettings(Group):
    """The archive of raw pages."""

    model_config = ConfigDict(validate_default=True)

    url: str | None = Field(
        default=None,
        description="Where the page of each article is archived before the article is published: a folder "
        "(/var/lib/newswire/pages), or s3://bucket/prefix. Without it nothing is archived.",
    )
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = Field(
        default=None, description="Days for which archived pages are kept, by `store`. By default for ever."
    )
    batch_s: Annotated[Seconds, Field(ge=0.01, le=60)] = Field(
        default=2, description="Seconds for which a file waits for more pages; an article waits as long."
    )
    batch_bytes: Annotated[int, Field(ge=100_000, le=100_000_000)] = Field(
        default=8_000_000, description="The size of a file, in bytes, at which it is written at once."
    )
    s3_endpoint: str | None = Field(
        default=None, description="The address of an S3-compatible store, if it is not Amazon's: https://host:port."
    )
    s3_region: str = Field(default="us-east-1", description="The region of the bucket.")
    s3_access_key_id: str | None = Field(
        default=None,
        description="The key to the bucket. Without it, the environment and the machine's role are asked, as AWS's "
        "own tools do.",
    )
    s3_secret_access_key: SecretStr | None = Field(default=None, description="The secret of that key.")

    @field_validator("url")
    @classmethod
    def _folder_or_bucket(cls, value: str | None) -> str | None:
        if value is None or (value.startswith("/") and "://" not in value) or _S3.fullmatch(value):
            return value
        raise ValueError("takes a folder from the root on (/var/lib/newswire/pages), or s3://bucket/prefix")

    @field_validator("s3_endpoint")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _ENDPOINT.fullmatch(value):
            raise ValueError("takes https://host:port, without a path")
        return value

    @field_validator("s3_secret_access_key")
    @classmethod
    def _with_its_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if (value is None) != (info.data.get("s3_access_key_id") is None):
            raise ValueError("has to be set together with NEWSWIRE_ARCHIVE__S3_ACCESS_KEY_ID")
        return value

    @property
    def bucket(self) -> tuple[str, str]:
        """The bucket, and the prefix of all names within it; raises `ValueError` where the archive is a folder."""
        found = _S3.fullmatch(self.url or "")
        if found is None:
            raise ValueError(f"{self.url} is no bucket")
        return found[1], (found[2] or "").strip("/")
