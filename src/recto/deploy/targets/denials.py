"""What Amazon's services, and those that are like them, say when they refuse, and what there is to do about it.

Words only, as a table; `aws` fills in the braces. No secret is among what it has.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Denial(NamedTuple):
    """The code, the message and the hint of a DeployError."""

    code: str
    message: str
    hint: str


_SET = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws in site.yaml (profile: NAME)"
_ON = "then deploy again, which goes on where this one stopped"

NO_KEYS = Denial("deploy-secret", "there is no access key for {name}: {said}", _SET)
NO_LOGIN = Denial("deploy-secret", "the login for {name} is missing or has run out", "log in: aws sso login")
NO_PROFILE = Denial(
    "deploy-secret",
    'there is no profile "{profile}" for {name} among those of AWS',
    "correct profile: in site.yaml, or make it: aws configure --profile {profile}",
)
NO_ANSWER = Denial(
    "deploy-unreachable",
    "{service} does not answer for {name}: {said}",
    f"see that you are online, and that endpoint: and region: in site.yaml are right; {_ON}",
)
SETTINGS = Denial("deploy-refused", "{name} cannot be asked: {said}", "correct the target in site.yaml")
OTHER_TONGUE = Denial(
    "deploy-unreachable",
    "{service} does not answer {name} as S3 does",
    "correct endpoint: in site.yaml; it is the address of the service, without the bucket",
)
OTHER = Denial(
    "deploy-refused", "{name} refuses {operation}: {code} {said}", "see what the service says of this"
)

_FORBIDDEN = Denial(
    "deploy-refused",
    "the access key for {name} lacks the permission {permission}",
    "allow {permission} on {thing} to the user or role whose key it is",
)
_BAD_KEY = Denial("deploy-refused", "the access key for {name} is refused: {code}", _SET)
_OLD_KEY = Denial(
    "deploy-refused",
    "the access key for {name} has run out",
    "log in again (aws sso login), or set a new key",
)
_CLOCK = Denial(
    "deploy-refused", "{name} refuses, as this machine's clock is wrong", "set the clock, and deploy again"
)
_NO_BUCKET = Denial(
    "deploy-unreachable",
    'there is no bucket "{bucket}" at {service}',
    "make it, or correct bucket: of {name} in site.yaml",
)
_ABROAD = Denial(
    "deploy-unreachable",
    'the bucket "{bucket}" is in another region',
    "write its region as region: of {name} in site.yaml{region}",
)
_FULL = Denial("deploy-full", "there is no room left where {name} is", f"make room or raise the quota; {_ON}")
_BUSY = Denial(
    "deploy-unreachable",
    "{service} is too busy for {name}, or has a fault: {code}",
    f"wait some minutes; {_ON}",
)
_NO_CLOUD = Denial(
    "deploy-unreachable",
    'there is no CloudFront distribution "{cloudfront}"',
    "correct cloudfront: of {name} in site.yaml, and deploy again; the files are in the bucket already",
)
_CLOUDED = Denial(
    "deploy-unreachable",
    "CloudFront has too much to forget already, and may show old pages of {name}",
    "wait some minutes, and deploy again; the files are in the bucket already",
)

_WORDS = (
    (_FORBIDDEN, "AccessDenied AccessDeniedException AllAccessDisabled Forbidden 403"),
    (_BAD_KEY, "InvalidAccessKeyId SignatureDoesNotMatch InvalidToken InvalidClientTokenId"),
    (_BAD_KEY, "UnrecognizedClientException Unauthorized 401"),
    (_OLD_KEY, "ExpiredToken ExpiredTokenException TokenRefreshRequired"),
    (_CLOCK, "RequestTimeTooSkewed"),
    (_NO_BUCKET, "NoSuchBucket 404"),
    (_ABROAD, "PermanentRedirect AuthorizationHeaderMalformed IllegalLocationConstraintException 301"),
    (_FULL, "QuotaExceeded XMinioStorageFull XMinioAdminBucketQuotaExceeded 507"),
    (_BUSY, "SlowDown Throttling ThrottlingException RequestLimitExceeded InternalError ServiceUnavailable"),
    (_BUSY, "429 500 502 503 504"),
    (_NO_CLOUD, "NoSuchDistribution"),
    (_CLOUDED, "TooManyInvalidationsInProgress"),
)
BY_CODE: Mapping[str, Denial] = {code: denial for denial, codes in _WORDS for code in codes.split()}
"""By what a service calls it, or by the status of its answer."""
