//! Entry points, conversation and system calls: the only folder with `unsafe`.
