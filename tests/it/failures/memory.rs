//! A host that is short of memory, as a user can make it (`ulimit -v`).

mod user {
    use crate::support::{Login, Mock, Told};

    /// From where not even libpam can load a module to where the service is asked, in steps: the
    /// service denies, so whoever gets in got in for want of memory.
    #[test]
    fn running_out_of_memory_never_opens_the_door() {
        let mock = Mock::with_me("policy = \"deny\"");
        let (mut local, mut asked) = (0, 0);
        for kilobytes in (4_000..16_000).step_by(100) {
            let limit = format!("as={}", kilobytes * 1000);
            let login = Login::new(&mock).option("failmode", "\"safe\"");
            let (said, _) = login.pamtalk(["--rlimit", &limit]).output();
            // A host that did not survive let nobody in either.
            assert!(!said.status.success(), "{limit}: {said:?}");
            let Ok(told) = serde_json::from_slice::<Told>(&said.stdout) else { continue };
            assert_ne!(told.code(), "PAM_SUCCESS", "{limit}: {told:?}");
            local += u32::from(told.code() == "PAM_SYSTEM_ERR");
            asked += u32::from(told.code() == "PAM_PERM_DENIED");
        }
        assert!(local > 0 && asked > 0, "both were seen: {local}, {asked}");
    }
}
