"""Pictures in a bucket of a service that speaks S3, if MEDIA_BUCKET names one. Loaded then only: its library is large."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

LOCATION = "media"  # in the bucket, so that its addresses end as those of the shop do
TYPES = {".webp": "image/webp", ".avif": "image/avif"}
# Services other than Amazon's know no checksums beyond those that S3 always had.
PATIENT = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"max_attempts": 2, "mode": "standard"},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@contextmanager
def as_of_a_disk(name: str) -> Iterator[None]:
    """What fails at the bucket is an OSError, as it is of a disk. Raises FileNotFoundError where nothing has this name."""
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(f"The bucket has no {name}.") from error
        raise OSError(f"The bucket refuses {name}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"The bucket does not answer about {name}: {error}") from error


def _like_a_disk(method: Callable) -> Callable:
    @wraps(method)
    def asked(self, name, *args, **kwargs):
        with as_of_a_disk(name):
            return method(self, name, *args, **kwargs)

    return asked


Base: Any = S3Storage


class Bucket(Base):
    """A storage of Django's; what is written is there whole or not at all, and may be kept for ever by whoever reads it."""

    def __init__(self, **options: Any) -> None:
        always = {
            "location": LOCATION,
            "client_config": PATIENT,
            "file_overwrite": True,  # names are random, or hold what their name says
            "default_acl": None,  # who may read it, its owner says at the service
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        }
        super().__init__(**always, **options)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        end = name[name.rfind(".") :]
        known = {"ContentType": TYPES[end]} if end in TYPES else {}
        return {**super().get_object_parameters(name), **known}

    def _open(self, name: str, mode: str = "rb") -> ContentFile:
        with as_of_a_disk(name):
            found = self.bucket.Object(self._normalize_name(name)).get()
            return ContentFile(found["Body"].read(), name=name)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """An address of the shop, or of MEDIA_ORIGIN: nobody asks the bucket for it."""
        return settings.MEDIA_URL + filepath_to_uri(name)

    _save = _like_a_disk(Base._save)
    delete = _like_a_disk(Base.delete)
    exists = _like_a_disk(Base.exists)
    listdir = _like_a_disk(Base.listdir)
    size = _like_a_disk(Base.size)
