"""Targets in site.yaml: each type has its keys, what is missing or wrong is said where it stands, and no secret is shown."""

from dataclasses import fields

import pytest

from recto import config
from recto.config import reference
from recto.config.targets import SHARED, TYPES
from recto.diagnostics import format_text
from recto.model import GitTarget, SshTarget, Target


def read(text: str) -> dict[str, Target]:
    settings, found = config.parse(text)
    assert format_text(found) == []
    return dict(settings.deploy)


def one(keys: str) -> Target:
    return read(f"deploy: {{default: {{{keys}}}}}")["default"]


def complaint(text: str) -> str:
    """The only problem of a site.yaml, as the terminal shows it."""
    _, found = config.parse(text)
    [shown] = format_text(found)
    return shown


def wrong(keys: str) -> str:
    return complaint(f"deploy: {{default: {{{keys}}}}}")


def test_targets_have_the_names_of_their_keys() -> None:
    text = """
deploy:
  default: {type: github-pages, cname: example.com}
  staging: {type: ssh, host: me@example.com, path: /srv/www, url: https://staging.example.com/}
"""
    assert read(text) == {
        "default": GitTarget(name="default", type="github-pages", cname="example.com"),
        "staging": SshTarget(
            name="staging",
            type="ssh",
            url="https://staging.example.com",
            host="me@example.com",
            path="/srv/www",
        ),
    }


def test_site_without_targets_has_none() -> None:
    assert read("title: x") == {} == read("deploy:\n")


@pytest.mark.parametrize("name", TYPES)
def test_every_example_of_the_reference_is_accepted(name: str) -> None:
    kind = TYPES[name]
    shared = [key.example for key in SHARED if key.name != "type"]
    target = one(", ".join((f"type: {name}", *shared, *(key.example for key in kind.keys))))
    assert type(target) is type(kind.empty)
    own = {key.name for key in (*SHARED, *kind.keys)} - {"type"}
    assert [key for key in own if getattr(target, key) == getattr(kind.empty, key)] == []


@pytest.mark.parametrize("name", TYPES)
def test_every_field_of_a_target_is_a_key_and_in_the_reference(name: str) -> None:
    known = {field.name for field in fields(TYPES[name].empty)} - {"name"}
    keys = {key.name for key in (*SHARED, *TYPES[name].keys)}
    told = {row.name.removeprefix("deploy.NAME.") for row in reference() if row.of == name}
    assert told == {key.name for key in TYPES[name].keys}
    assert keys == known - ({"cname"} if name == "git" else set())  # GitHub's own


def test_reference_has_the_defaults_of_each_type() -> None:
    told = {(row.of, row.name.rpartition(".")[2]): row.default for row in reference() if row.of}
    assert told["git", "remote"] == "origin"
    assert told["ssh", "releases"] == "5"
    assert told["netlify", "api"] == "https://api.netlify.com/api/v1"
    assert told["folder", "path"] == told["ssh", "port"] == ""


@pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if kind.needs])
def test_what_a_type_cannot_do_without_is_named_with_an_example(name: str) -> None:
    shown = wrong(f"type: {name}")
    assert f"deploy.default needs {' and '.join(TYPES[name].needs)} too" in shown
    assert "site.yaml:1:" in shown
    for key in TYPES[name].keys:
        assert (f"{key.name}: " in shown.partition("fix: ")[2]) == (key.name in TYPES[name].needs)


def test_key_that_is_there_but_wrong_is_not_called_missing() -> None:
    assert "needs" not in wrong("type: ssh, host: -oProxyCommand=x, path: /srv")


def test_misspelt_key_is_answered_with_the_nearest() -> None:
    shown = wrong("type: folder, path: x, veryfy: https://example.com")
    assert 'unknown key "deploy.default.veryfy" in site.yaml' in shown
    assert 'did you mean "verify"?' in shown


def test_key_of_another_type_is_answered_with_that_type() -> None:
    shown = wrong("type: netlify, site: x, cname: example.com")
    assert 'unknown key "deploy.default.cname"' in shown
    assert "targets of type github-pages have it, not those of type netlify" in shown
    shown = wrong("type: netlify, site: x, path: /srv")
    assert "targets of type ssh or folder or archive have it" in shown


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("rsync", "ssh"),
        ("gh-pages", "github-pages"),
        ("github-page", "github-pages"),
        ("R2", "s3"),
        ("cloudflare", "cloudflare-pages"),
        ("netify", "netlify"),
    ],
)
def test_type_that_there_is_not_is_answered_with_the_one_that_is_meant(said: str, meant: str) -> None:
    shown = wrong(f"type: {said}")
    assert f'got "{said}"' in shown
    assert f'did you mean "{meant}"?' in shown


@pytest.mark.parametrize("written", ["{path: x}", "", "{type: }"])
def test_target_without_a_type_is_told_which_there_are(written: str) -> None:
    shown = complaint(f"deploy:\n  default: {written}\n")
    assert "deploy.default has no type" in shown
    assert all(name in shown for name in TYPES)


@pytest.mark.parametrize("written", ["github-pages", "[{type: folder}]", "{default: github-pages}"])
def test_targets_are_mappings(written: str) -> None:
    assert "must be a mapping" in complaint(f"deploy: {written}")


def test_target_without_a_name_is_shown_how_to_give_it_one() -> None:
    shown = complaint("deploy: {type: github-pages, branch: pages}")
    assert "this target has no name" in shown
    assert "write deploy: {default: {type: github-pages}}" in shown


@pytest.mark.parametrize("name", ["Live", "-f", "a/b", "..", "größe", "a b", "x" * 51])
def test_name_that_is_no_good_on_a_command_line_or_as_a_file_is_refused(name: str) -> None:
    shown = complaint(f'deploy:\n  "{name}": {{type: github-pages}}\n')
    assert "cannot be the name of a target" in shown
    assert "site.yaml:2:3" in shown


@pytest.mark.parametrize(
    "keys",
    [
        "type: git, remote: --upload-pack=x",
        "type: git, branch: -f",
        "type: git, branch: a..b",
        "type: git, branch: a b",
        "type: git, branch: refs/heads/x",
        "type: git, branch: x.lock",
        "type: git, history: short",
        "type: github-pages, cname: https://example.com",
        "type: github-pages, cname: example",
        "type: ssh, path: /srv, host: me@example.com:22",
        "type: ssh, path: /srv, host: me@-oProxyCommand=x",
        "type: ssh, path: /srv, host: -l@example.com",
        "type: ssh, path: /srv, host: example.com:/srv",
        "type: ssh, path: /srv, host: a b",
        "type: ssh, path: /, host: a",
        "type: ssh, path: -x, host: a",
        'type: ssh, path: "/srv\\nx", host: a',
        "type: ssh, path: /srv, host: a, port: 0",
        "type: ssh, path: /srv, host: a, port: ssh",
        "type: ssh, path: /srv, host: a, releases: 0",
        "type: s3, bucket: s3://blog/x",
        "type: s3, bucket: b",
        "type: s3, bucket: blog, prefix: ../x",
        "type: s3, bucket: blog, prefix: a/./b",
        "type: s3, bucket: blog, prefix: /",
        "type: s3, bucket: blog, region: Stockholm North",
        "type: s3, bucket: blog, endpoint: s3.example.com",
        "type: s3, bucket: blog, cloudfront: d1.cloudfront.net",
        "type: folder, path: [x]",
        "type: archive, path: site.rar",
        "type: archive, path: .zip/x",
        "type: netlify, site: a/b",
        "type: cloudflare-pages, account: a, project: ../b",
        "type: folder, path: x, verify: example.com",
        "type: folder, path: x, url: ftp://example.com",
        "type: folder, path: x, redirects: caddy",
    ],
)
def test_value_that_no_target_can_have_is_refused_where_it_stands(keys: str) -> None:
    shown = wrong(keys)
    assert shown.startswith("error[config-")
    assert "  site.yaml:1:" in shown
    assert "^" in shown


@pytest.mark.parametrize(
    ("keys", "field", "expected"),
    [
        ("type: s3, bucket: blog, prefix: /a/b/", "prefix", "a/b"),
        ("type: ssh, host: web_1, path: www", "host", "web_1"),
        ("type: ssh, host: a, path: '~/my site'", "path", "~/my site"),
        ("type: git, remote: ../other repo.git", "remote", "../other repo.git"),
        ("type: git, remote: 'ssh://git@example.com/blog.git'", "remote", "ssh://git@example.com/blog.git"),
        ("type: git, branch: sites/main", "branch", "sites/main"),
        ("type: archive, path: out/Site.ZIP", "path", "out/Site.ZIP"),
        ("type: netlify, site: 007", "site", "007"),
        ("type: s3, bucket: blog, redirects: none", "redirects", "none"),
    ],
)
def test_value_is_read_as_it_is_meant(keys: str, field: str, expected: str) -> None:
    assert getattr(one(keys), field) == expected


def test_wrong_address_is_called_by_its_own_key() -> None:
    shown = wrong("type: folder, path: x, verify: example.com")
    assert "error[config-url]: verify has no scheme" in shown
    assert "fix: write verify: https://example.com" in shown


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        (f"type: netlify, site: x, token: {SECRET}", "NETLIFY_AUTH_TOKEN"),
        (f"type: netlify, site: x, auth: {SECRET}", "NETLIFY_AUTH_TOKEN"),
        (f"type: cloudflare-pages, account: a, project: b, api_token: {SECRET}", "CLOUDFLARE_API_TOKEN"),
        (f"type: s3, bucket: blog, secret_access_key: {SECRET}", "AWS_SECRET_ACCESS_KEY"),
        (f"type: s3, bucket: blog, accessKeyId: {SECRET}", "AWS_ACCESS_KEY_ID"),
        (f"type: s3, bucket: blog, key: {SECRET}", "AWS_ACCESS_KEY_ID"),
        (f"type: s3, bucket: blog, endpoint: 'https://me:{SECRET}@example.com'", "AWS_ACCESS_KEY_ID"),
        (f"type: ssh, host: a, path: /srv, password: {SECRET}", "ssh-agent"),
        (f"type: ssh, host: a, path: /srv, key: {SECRET}", "IdentityFile"),
        (f"type: git, remote: 'https://me:{SECRET}@example.com/blog'", "credential helper"),
        (f"type: git, remote: 'https://{SECRET}@example.com/blog'", "credential helper"),
        (f"type: folder, path: x, verify: 'https://me:{SECRET}@example.com'", "needs none"),
        (f"type: folder, path: x, passwd: {SECRET}", "needs none"),
        (f"type: archive, path: x.zip, passphrase: {SECRET}", "needs none"),
    ],
)
def test_secret_is_refused_with_where_it_belongs_and_never_shown(keys: str, where: str) -> None:
    shown = wrong(keys)
    assert shown.startswith("error[config-secret]: deploy.default.")
    assert "site.yaml:1:" in shown
    assert where in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    "keys",
    [
        f"type: s3, token: {SECRET}",
        f"type: ssh, host: -x, path: /srv, password: {SECRET}",
        f"type: ftp, password: {SECRET}",
        f"password: {SECRET}",
        f"type: netlify, site: x, token: {SECRET}, sit: x",
    ],
)
def test_what_else_is_wrong_in_the_line_does_not_show_the_secret(keys: str) -> None:
    _, found = config.parse(f"deploy: {{default: {{{keys}}}}}")
    assert len(found) == 2
    assert SECRET not in "".join(format_text(found))
    assert SECRET not in repr(found)


@pytest.mark.parametrize("key", ["author", "monkey", "path", "patch"])
def test_key_that_only_sounds_a_little_like_a_secret_is_merely_unknown(key: str) -> None:
    assert "error[config-key]" in wrong(f"type: github-pages, {key}: x")
