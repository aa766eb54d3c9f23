"""The file that describes providers: what it may say, and what stops the start with a sentence on what to do."""

from pathlib import Path

import pytest

from hub.config import BadSetting, Settings, from_environment
from hub.config.providers import Provider, read, safe_address

KEY = "a key for tests only, long enough for production"
GOOD = """
[[provider]]
name = "stadt"
label = "Stadt Marburg"
issuer = "https://sso.marburg.example/realms/stadt"
client_id = "prozesshub"
client_secret_file = "{secret}"
trusted_domains = ["marburg.example"]
groups_claim = "realm_access.roles"
scopes = ["openid", "email"]

[provider.roles]
"/prozesshub/modellierung" = ["marburg:modeller", "ikz:reader"]
leitung = "marburg:owner"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that is right."""
    (tmp_path / "secret").write_text("geheim\n", encoding="utf-8")
    path = tmp_path / "providers.toml"
    path.write_text(GOOD.replace("{secret}", str(tmp_path / "secret")), encoding="utf-8")
    return path


def test_a_file_that_is_right_is_read_with_its_secret_and_roles(file: Path) -> None:
    (found,) = read(str(file))
    assert found == Provider(
        name="stadt",
        label="Stadt Marburg",
        issuer="https://sso.marburg.example/realms/stadt",
        client_id="prozesshub",
        client_secret="geheim",
        scopes=("openid", "email"),
        groups_claim="realm_access.roles",
        trusted_domains=("marburg.example",),
        roles={
            "/prozesshub/modellierung": (("marburg", "modeller"), ("ikz", "reader")),
            "leitung": (("marburg", "owner"),),
        },
    )
    assert "geheim" not in repr(found)


def test_the_settings_of_a_process_contain_its_providers(file: Path) -> None:
    settings = from_environment({"HUB_SECRET_KEY": KEY, "HUB_PROVIDERS_FILE": str(file)})
    assert [row.name for row in settings.providers] == ["stadt"]


def test_a_secret_may_come_from_a_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = file.read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if row.startswith("client_secret_file"))
    file.write_text(text.replace(line, 'client_secret_env = "STADT_OIDC_SECRET"'), encoding="utf-8")
    with pytest.raises(BadSetting, match="STADT_OIDC_SECRET ist nicht gesetzt"):
        read(str(file))
    monkeypatch.setenv("STADT_OIDC_SECRET", "auch geheim")
    assert read(str(file))[0].client_secret == "auch geheim"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://sso", "http://sso", "issuer muss eine Adresse mit https:// sein"),
        ('client_id = "prozesshub"', "", "client_id fehlt"),
        ('name = "stadt"', 'name = "Stadt Marburg"', "nur a–z"),
        ('label = "Stadt Marburg"', 'label = "S"\nlable = "S"', "lable gibt es nicht"),
        ('"openid", "email"', '"email"', "scopes muss openid enthalten"),
        ('["openid", "email"]', '"openid email"', "scopes ist eine Liste"),
        ("marburg:modeller", "Marburg Modellierung", "Eine Gruppe erhält Rollen wie"),
        ('["marburg.example"]', '["@Marburg.example"]', "keine Domäne in Kleinbuchstaben"),
        ('label = "Stadt Marburg"', 'label = "S"\nuserinfo = "yes"', "userinfo ist true oder false"),
        ('label = "Stadt Marburg"', 'label = "S"\nclient_secret = "x"', "gehört nicht in diese Datei"),
        ('label = "Stadt Marburg"', 'label = "S"\nclient_auth = "basic"', "client_auth ist eines von"),
        ('label = "Stadt Marburg"', 'label = "S"\nclient_auth = "private_key_jwt"', "einen privaten Schlüssel"),
        ("[[provider]]", "[[providers]]", "Erwartet werden Abschnitte"),
        ("[[provider]]", "[[provider", "lässt sich nicht lesen"),
        ('/secret"', '/nirgends"', "lässt sich nicht lesen"),
    ],
)
def test_a_slip_stops_the_start_with_a_sentence(file: Path, old: str, new: str, said: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadSetting, match=said):
        read(str(file))


def test_a_name_is_given_once(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text, encoding="utf-8")
    with pytest.raises(BadSetting, match="nur einmal"):
        read(str(file))


def test_passwords_are_not_switched_off_where_nobody_could_come_in_otherwise() -> None:
    with pytest.raises(BadSetting, match="HUB_LOCAL_PASSWORDS"):
        Settings("sqlite://", KEY, local_passwords=False).check()


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://sso.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://sso.example", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1", False),
        ("//sso.example", False),
        ("", False),
    ],
)
def test_only_https_is_asked_except_on_this_machine(address: str, safe: bool) -> None:
    assert safe_address(address) == safe
