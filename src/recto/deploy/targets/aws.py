"""Speak with Amazon's services and those that are like them: how a client is made, and what their denials mean.

Keys come from the environment or from AWS's own files, as every tool of theirs reads them, and are in no message.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import exceptions as failures
from botocore.config import Config
from botocore.parsers import ResponseParserError

from recto import __version__
from recto.deploy.faults import DeployError
from recto.deploy.targets import denials
from recto.deploy.targets.denials import Denial
from recto.model import S3Target

TRIES = 5

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": TRIES},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=16,
    request_checksum_calculation="when_required",  # not all that speak like S3 know the newer ones
    response_checksum_validation="when_required",
    user_agent_extra=f"recto/{__version__}",
)

_NEEDED = {"ListObjectsV2": "s3:ListBucket", "CreateInvalidation": "cloudfront:CreateInvalidation"}

BROKEN = (failures.IncompleteReadError, failures.ResponseStreamingError)  # answers

_FAILURES: tuple[tuple[type[Exception], Denial, str], ...] = (
    (failures.ProfileNotFound, denials.NO_PROFILE, ""),
    (failures.NoCredentialsError, denials.NO_KEYS, ""),
    (failures.PartialCredentialsError, denials.NO_KEYS, ""),
    (failures.CredentialRetrievalError, denials.NO_KEYS, ""),
    (failures.SSOError, denials.NO_LOGIN, ""),
    (failures.TokenRetrievalError, denials.NO_LOGIN, ""),
    (getattr(failures, "LoginError", failures.SSOError), denials.NO_LOGIN, ""),  # younger than some botocores
    (failures.EndpointConnectionError, denials.NO_ANSWER, "there is no connection"),
    (failures.ConnectTimeoutError, denials.NO_ANSWER, "there is no connection"),
    (failures.SSLError, denials.NO_ANSWER, "its certificate is not valid"),
    (failures.ConnectionError, denials.NO_ANSWER, "the connection broke, again and again"),
    (failures.HTTPClientError, denials.NO_ANSWER, "the connection broke, again and again"),
    (failures.IncompleteReadError, denials.NO_ANSWER, "the connection broke, again and again"),
    (failures.BotoCoreError, denials.SETTINGS, ""),
    (LookupError, denials.OTHER_TONGUE, ""),
    (RecursionError, denials.OTHER_TONGUE, ""),  # redirects that lead nowhere
    (ResponseParserError, denials.OTHER_TONGUE, ""),
    (ValueError, denials.SETTINGS, ""),
)  # the first that fits counts; "" is for what botocore says


def client(settings: S3Target, service: str, endpoint: str = "") -> Any:
    """A client of a service, with the keys that this machine has for the target. DeployError."""
    with telling(settings):
        session = boto3.Session(profile_name=settings.profile or None, region_name=settings.region or None)
        return session.client(service, endpoint_url=endpoint or None, config=_CONFIG)


@contextmanager
def telling(settings: S3Target) -> Iterator[None]:
    """Turn what a service refuses, and a connection that fails, into a DeployError that says what to do."""
    try:
        yield
    except failures.ClientError as problem:
        raise _refused(settings, problem) from None
    except tuple(kind for kind, _, _ in _FAILURES) as problem:
        raise _failed(settings, problem) from None


def code_of(problem: failures.ClientError) -> str:
    """What the service calls its refusal; its status where it has no name for it."""
    return str(problem.response.get("Error", {}).get("Code") or _status(problem))


def _status(problem: failures.ClientError) -> str:
    return str(problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))


def _refused(settings: S3Target, problem: failures.ClientError) -> DeployError:
    code, operation, answer = code_of(problem), problem.operation_name, problem.response.get("Error", {})
    denial = denials.BY_CODE.get(code) or denials.BY_CODE.get(_status(problem), denials.OTHER)
    region = str(answer.get("Region", ""))
    return _worded(
        settings,
        denial,
        code=code,
        said=str(answer.get("Message", "")),
        operation=operation,
        permission=_NEEDED.get(operation, f"s3:{operation}"),
        thing=_thing(settings, operation),
        region=f" ({region})" if region else "",
    )


def _failed(settings: S3Target, problem: Exception) -> DeployError:
    denial, said = next((denial, said) for kind, denial, said in _FAILURES if isinstance(problem, kind))
    return _worded(settings, denial, said=said or str(problem))


def _worded(settings: S3Target, denial: Denial, **words: str) -> DeployError:
    words |= {
        "name": settings.name,
        "bucket": settings.bucket,
        "profile": settings.profile,
        "cloudfront": settings.cloudfront,
        "service": settings.endpoint or "Amazon",
    }
    words["said"] = " ".join(words.get("said", "").split())[:200].rstrip(".")
    return DeployError(denial.code, denial.message.format(**words), denial.hint.format(**words))


def _thing(settings: S3Target, operation: str) -> str:
    """What a permission has to be for, as AWS writes it."""
    if operation == "CreateInvalidation":
        return f"the distribution {settings.cloudfront}"
    return f"arn:aws:s3:::{settings.bucket}" + ("" if operation == "ListObjectsV2" else "/*")
