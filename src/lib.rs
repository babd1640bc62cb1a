//! pam_duo2.
