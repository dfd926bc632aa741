"""Packs that travel: tested in a scratch database, built, signed, installed, upgraded, removed."""
