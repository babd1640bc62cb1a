//! Canonical text and HMAC.
