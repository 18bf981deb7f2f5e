"""Signing in with an account of one's organisation (OpenID Connect), where the installation names a provider.

The provider is set in the environment: who it vouches for comes into the installation, so that is for whoever runs it
to decide, and not for an administrator of one workspace. What its groups may do is a setting of each workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from orchestrator.governance.actions.company_accounts import TurnedAway, let_in
from orchestrator.governance.models import User

LONGEST_GROUP = 200
MOST_GROUPS = 1000


class CompanyAdapter(DefaultSocialAccountAdapter):
    """What happens between the provider's word and the sign-in."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decides whether the person comes in, and in which roles. The page reads the code of the `ValidationError`."""
        claims = dict(sociallogin.account.extra_data)
        forget(sociallogin)
        if sociallogin.state.get("process") != "login":
            return
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            user = let_in(
                known,
                name=plain_name(str(claims.get("name") or claims.get("preferred_username") or "")),
                email=next((one.email for one in sociallogin.email_addresses), ""),
                verified=has_verified_email(claims),
                groups=groups_in(claims),
                ip=request.META["REMOTE_ADDR"],
            )
        except TurnedAway as refused:
            raise ValidationError(str(refused), code=refused.code) from refused
        if known is None:
            sociallogin.connect(request, user)

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """An account of ours that has this address is theirs, if the provider has verified it."""
        return has_verified_email(login.account.extra_data)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody comes in but by `pre_social_login`."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The library would write fields that our people do not have."""
        return sociallogin.user


class CompanyDoor(OpenIDConnectOAuth2Adapter):
    """The provider's answer, read more strictly than the library does."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """The claims of the signed ID token, with what the provider adds when asked about the person."""
        signed = kwargs["response"].get("id_token")
        if not isinstance(signed, str):
            raise OAuth2Error("The identity provider sent no ID token.")
        claims = self._decode_id_token(app, signed)
        if "userinfo_endpoint" in self.openid_config:
            added = self._fetch_user_info(token.token)
            if added.get("sub") != claims["sub"]:
                raise OAuth2Error("The identity provider spoke of two people at once.")
            claims = {**added, **claims}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Always with its signature: the library skips it for a token that it fetched itself."""
        config = self.openid_config
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


def has_verified_email(claims: Mapping[str, Any]) -> bool:
    """Some providers say it as text, where the library would take `false` for a yes."""
    return claims.get("email_verified") in (True, "true")


def groups_in(claims: dict[str, Any]) -> frozenset[str]:
    """The groups a provider names; some send one text instead of a list."""
    sent = claims.get(settings.OIDC_GROUPS_CLAIM)
    names = [sent] if isinstance(sent, str) else sent if isinstance(sent, list) else []
    return frozenset(name for name in names[:MOST_GROUPS] if isinstance(name, str) and _is_group(name))


def _is_group(name: str) -> bool:
    return 0 < len(name) <= LONGEST_GROUP and "\x00" not in name


def plain_name(sent: str) -> str:
    """One line without control characters, as people's names are here."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in sent).split())


def forget(sociallogin: SocialLogin) -> None:
    """Keep nothing of the claims beside the subject: groups count at the sign-in, and the rest is nobody's business."""
    account = sociallogin.account
    account.extra_data = {}
    if account.pk:
        account.save(update_fields=["extra_data"])


def address_to(request: HttpRequest, next_page: str, *, process: str = "login") -> str:
    """Where the browser goes to sign in at the provider. Raises `requests.RequestException` where that is away."""
    adapter = CompanyAdapter(request)
    provider = adapter.get_provider(request, settings.OIDC_ID)
    return str(provider.redirect(request, process, next_url=next_page, headless=True).url)
