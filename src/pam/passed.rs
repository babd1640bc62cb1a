//! [`Passed`] on the host's handle, as data of our own (`pam_set_data(3)`).

use pam::module::{PamHandle, PamResult};

use crate::core::passed::Passed;

/// What stands under our name. Data can be replaced, and not removed.
enum Kept {
    Nothing,
    Passed(Passed),
}

/// Its address tells this image of the module from every other in the process.
static IMAGE: u8 = 0;

/// The name of our data. libpam hands out a bare pointer to whoever says the name, so what is behind
/// it must be known by the name alone: it holds the version, and where in memory this very image is.
/// Another module, another version or another copy of this one has another name, and finds nothing.
fn name() -> String {
    format!("pam_duo2 {} {:p}", env!("CARGO_PKG_VERSION"), &raw const IMAGE)
}

/// Reads what is remembered and erases it.
#[must_use = "it is erased: what is not used is lost"]
pub fn take(handle: &mut PamHandle) -> Option<Passed> {
    let name = name();
    // SAFETY: nobody but `keep` below sets data by this name, and it sets a `Kept`.
    let kept = unsafe { handle.get_data::<Kept>(&name) }.ok()?;
    let Kept::Passed(passed) = kept else { return None };
    let passed = passed.clone();
    // To replace what is there needs no memory of libpam's. Were it refused all the same, it would be
    // there to be found again: so then it was not found either.
    keep(handle, &name, Kept::Nothing).ok()?;
    Some(passed)
}

/// Remembers it until the host ends the handle.
///
/// # Errors
/// libpam's code, `PAM_BUF_ERR` for want of memory: nothing is remembered.
pub fn store(handle: &mut PamHandle, passed: Passed) -> PamResult<()> {
    keep(handle, &name(), Kept::Passed(passed))
}

/// libpam frees it when it is replaced and when the handle ends, in each process that the host has
/// forked meanwhile: memory of that process's own, by code that stays (`-z nodelete`).
fn keep(handle: &mut PamHandle, name: &str, kept: Kept) -> PamResult<()> {
    handle.set_data(name, Box::new(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_which_image_of_the_module_wrote_it() {
        let address = format!("{:p}", &raw const IMAGE);
        assert!(name().ends_with(&address) && name().contains(env!("CARGO_PKG_VERSION")));
        assert_eq!(name(), name());
    }
}
