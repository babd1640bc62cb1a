//! Every kind of chain in `tests/certificates`, shown by a real TLS server that would allow.

mod user {
    use std::time::Duration;

    use crate::certificates::{Kind, all};
    use crate::failures::hostile::{Hostile, Standing};
    use crate::failures::play::most_memory;
    use crate::support::{Format, Login, Told};

    /// A verdict on a certificate takes no time that anybody would notice; the rest is a busy machine's.
    const LATE: Duration = Duration::from_secs(5);

    /// Logs in where this is shown.
    fn is_shown(kind: Kind, failmode: &str, format: Format) {
        let (told, standing) = log_in(kind, failmode, format, true);
        let what = format!("{} under {failmode}: {told:#?}", kind.what);
        let (code, asked) =
            if kind.believed { ("PAM_SUCCESS", 1) } else { ("PAM_AUTHINFO_UNAVAIL", 0) };
        assert_eq!(told.code(), code, "{what}");
        let calls = (standing.count("/auth/v2/preauth"), standing.count("/auth/v2/auth"));
        assert_eq!(calls, (asked, asked), "{what}");
        assert!(told.ms() < LATE.as_secs_f64() * 1000.0, "{what}");
        assert!((1..most_memory()).contains(&told.peak_kib), "{what}");
    }

    /// With the kind's anchors for a `cafile`, or without any.
    fn log_in(kind: Kind, failmode: &str, format: Format, trusting: bool) -> (Told, Standing) {
        let standing = Hostile::Shows(kind.what).stand();
        let dir = tempfile::tempdir().expect("a folder for an authority");
        let cafile = dir.path().join("ca.pem");
        std::fs::write(&cafile, &standing.trusted).expect("a file is written");
        let login = Login::unconfigured()
            .option("ikey", "\"DIAAAAAAAAAAAAAAAAAA\"")
            .option("skey", "\"0123456789012345678901234567890123456789\"")
            .option("host", &format!("{:?}", standing.host))
            .option("autopush", "true")
            .option("failmode", &format!("{failmode:?}"))
            .format(format);
        let path = format!("{:?}", cafile.display().to_string());
        let login = if trusting { login.option("cafile", &path) } else { login };
        (login.run(), standing)
    }

    /// Those for a host that is reached here; the others are for the verifier's own tests.
    fn reachable(believed: bool) -> impl Iterator<Item = Kind> {
        let here = |kind: &Kind| ["localhost", "127.0.0.1"].contains(&kind.host);
        all().filter(here).filter(move |kind| kind.believed == believed)
    }

    #[test]
    fn no_bad_certificate_of_the_corpus_lets_anybody_in_or_hears_a_word() {
        let kinds: Vec<Kind> = reachable(false).collect();
        assert!(kinds.len() > 120, "only {}", kinds.len());
        for (at, kind) in kinds.into_iter().enumerate() {
            let formats = [Format::Toml, Format::Ini];
            is_shown(kind, "safe", formats[at % 2]);
            is_shown(kind, "secure", formats[(at + 1) % 2]);
        }
    }

    /// All of the system's roots are looked through then.
    #[test]
    fn the_systems_store_knows_none_of_them_and_takes_no_more_memory() {
        let many = [
            "nothing is wrong",
            "2,000 names, the last of them the right one",
            "a hundred intermediates",
        ];
        for kind in all().filter(|kind| many.contains(&kind.what)) {
            let (told, standing) = log_in(kind, "safe", Format::Toml, false);
            assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{}: {told:#?}", kind.what);
            assert_eq!(standing.count("/auth/v2/preauth"), 0, "{}", kind.what);
            assert!((1..most_memory()).contains(&told.peak_kib), "{}: {told:#?}", kind.what);
        }
    }

    #[test]
    fn each_good_certificate_of_the_corpus_leads_to_a_push() {
        let kinds: Vec<Kind> = reachable(true).collect();
        assert!(kinds.len() > 20, "only {}", kinds.len());
        for kind in kinds {
            is_shown(kind, "secure", Format::Toml);
        }
    }
}
