"""S3 and what speaks like it, through boto3: the one module that knows that library.

In: a bucket and a prefix; AWS_ENDPOINT_URL names a server of another kind, and who we are is found as boto3 finds it
(environment, profile, or the identity of the machine, pod or task). Out: the requests of `Store`.
Never: a credential or an option in an address, a key in a message: keys of an inbox are names of delivered files.

Bytes are compared by SHA-256 where they are used, so none of the checksums is asked for that only some servers know.
boto3 and not s3fs, which stands on the same library: what we live by is requests with conditions, and those s3fs has
for one of the three; and it keeps listings for itself that would be old when another worker has written.
"""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.errors import OURS, SettingError
from warehouse.remote.store import ANY, NOTHING, ChangedError, Object, Read

BLOCK = 1 << 20
PARTS = 64 << 20
"""Bytes from which on a file is sent in parts, side by side."""
MISSING = {"404", "NoSuchKey", "NotFound"}
CHANGED = {"412", "409", "PreconditionFailed", "ConditionalRequestConflict"}
REFUSED = {"NoSuchBucket", "AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}


def opened(bucket: str, prefix: str) -> "Bucket":
    """Open a bucket; nothing is asked of it yet."""
    return Bucket(bucket, prefix, _client(os.getpid()))


@cache
def _client(_process: int) -> Any:
    """Make the client, once for each process: a connection must not be inherited."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        words = "a home or an inbox on object storage needs boto3: pip install 'takeback[storage]'"
        raise SettingError(words) from None
    elsewhere = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    for name in ("boto3", "botocore", "s3transfer", "urllib3"):  # at DEBUG they log keys, and inbox keys are file names
        logging.getLogger(name).setLevel(logging.INFO)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 6},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=32,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if elsewhere else "auto"},
    )
    return boto3.client("s3", config=config)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raise what the library raises as an error of ours, or of the system, that names no key."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

    try:
        yield
    except ClientError as error:
        raise _failure(str(error.response.get("Error", {}).get("Code", ""))) from None
    except (NoCredentialsError, NoRegionError) as error:
        raise SettingError(f"the object store cannot be asked: {type(error).__name__}") from None
    except (BotoCoreError, Boto3Error) as error:
        raise _failure(type(error).__name__) from None


def _failure(code: str) -> Exception:
    if code in MISSING:
        return FileNotFoundError(errno.ENOENT, "an object is missing")
    if code in CHANGED:
        return ChangedError(code)
    if code in REFUSED:
        return SettingError(f"the object store refuses: {code}")
    failure = OSError(errno.EIO, f"the object store has failed: {code}")
    failure.add_note(OURS)
    return failure


class Bucket:
    """The objects of a bucket below a prefix."""

    def __init__(self, bucket: str, prefix: str, client: Any) -> None:
        self.bucket, self.prefix, self.client = bucket, prefix, client

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}{key}"}

    def list(self, prefix: str) -> Iterator[Object]:
        """List the objects whose key begins so."""
        pages = self.client.get_paginator("list_objects_v2")
        with _in_our_words():
            for page in pages.paginate(Bucket=self.bucket, Prefix=f"{self.prefix}{prefix}"):
                for found in page.get("Contents", ()):
                    key = found["Key"].removeprefix(self.prefix)
                    yield Object(key, found["Size"], found["ETag"], found["LastModified"].timestamp())

    def read(self, key: str) -> Read:
        """Read a small object; empty where there is none."""
        from botocore.exceptions import ClientError

        with _in_our_words():
            try:
                answer = self.client.get_object(**self._at(key))
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in MISSING:
                    raise
                return Read(b"", NOTHING, _date(error.response))
            return Read(answer["Body"].read(), answer["ETag"], _date(answer))

    def blocks(self, key: str, version: str = "") -> Iterator[bytes]:
        """Read a large object."""
        with _in_our_words():
            condition = {"IfMatch": version} if version else {}
            yield from self.client.get_object(**self._at(key), **condition)["Body"].iter_chunks(BLOCK)

    def write(self, key: str, content: bytes, replaces: str | None = ANY) -> None:
        """Write a small object."""
        condition = {} if replaces is ANY else {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}
        with _in_our_words():
            self.client.put_object(**self._at(key), Body=content, **condition)

    def send(self, key: str, path: Path) -> None:
        """Write a file."""
        with _in_our_words():
            if path.stat().st_size < PARTS:
                with path.open("rb") as file:
                    self.client.put_object(**self._at(key), Body=file)
            else:
                self.client.upload_file(str(path), **self._at(key))

    def delete(self, key: str, version: str = "") -> None:
        """Delete an object; of a request that is sent again, its answer lost, the object is gone."""
        with suppress(FileNotFoundError), _in_our_words():
            self.client.delete_object(**self._at(key), **({"IfMatch": version} if version else {}))


def _date(answer: dict[str, Any]) -> float:
    """Read what time it was at the store when it answered."""
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()
