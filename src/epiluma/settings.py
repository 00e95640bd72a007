"""The only reader of the environment: `EPILUMA_*`."""

from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set; an empty variable is as good as none. Without any of it the embedded default runs.

    Attributes:
        home: database, pictures, keys, outbox and bundles; created when first needed.
        secret_key: signs cookies; the embedded default makes one in `home/keys`.
        bundle: a folder that holds a bundle; wins over every other choice.
        data: the folder that holds `ham10000/` and its siblings; training and tests only.
        weights: the folder that holds ImageNet weights; training and tests only.
    """

    model_config = SettingsConfigDict(env_prefix="EPILUMA_", env_ignore_empty=True, extra="ignore")

    home: Path = Path("var")
    secret_key: SecretStr | None = None
    bundle: Path | None = None
    data: Path | None = None
    weights: Path | None = None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the environment once per process."""
    return Settings()
