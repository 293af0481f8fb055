"""Signing in through one's own organisation: its OpenID Connect or SAML identity provider says who somebody is."""
