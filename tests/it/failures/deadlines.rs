//! The two budgets, where a row of the table does not show them.

mod user {
    use std::time::Duration;

    use crate::support::mock::user;
    use crate::support::{Login, Mock, me};

    /// The user reads the menu for three times the network's budget. What was idle for so long is
    /// not trusted with `/auth`, which may be sent only once.
    #[test]
    fn reading_the_menu_takes_nothing_from_the_budget_and_auth_gets_a_fresh_connection() {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock)
            .option("autopush", "false")
            .option("timeout", "2")
            .answers(["@after 6000 1"])
            .run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert!((6000.0..9000.0).contains(&told.ms()), "{told:?}");
        let seen = mock.stop();
        assert_eq!((seen.connections(), seen.handshakes()), (2, 2), "{:#?}", seen.0);
        let call = |path: &str| {
            let line = seen.0.iter().find(|line| line["path"] == path).expect("this call");
            line["conn"].as_u64().expect("its connection")
        };
        assert_eq!((call("/auth/v2/preauth"), call("/auth/v2/auth")), (1, 2), "{:#?}", seen.0);
        assert_eq!((seen.count("/auth/v2/auth"), seen.pushes()), (1, 1), "{:#?}", seen.0);
    }

    /// Who answers quickly keeps the connection.
    #[test]
    fn a_quick_answer_to_the_menu_keeps_the_connection() {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock).option("autopush", "false").answers(["@after 1000 1"]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert_eq!(mock.stop().handshakes(), 1);
    }

    /// Each answer alone would come in time, but the two together do not: `timeout` is one budget, and
    /// it ends the login under either failmode, because a factor was chosen by then.
    #[test]
    fn slow_answers_share_one_budget() {
        let late = "[[faults]]\non = \"any\"\ndelay = \"1400ms\"\n";
        for failmode in ["\"safe\"", "\"secure\""] {
            let scenario = format!("{}{late}", user(me(), "auto = \"approve\""));
            let mock = Mock::start(Some(&scenario), &[]);
            let told = Login::new(&mock).option("timeout", "2").option("failmode", failmode).run();
            assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{told:?}");
            assert!((2000.0..4000.0).contains(&told.ms()), "{told:?}");
            assert_eq!(mock.stop().count("/auth/v2/auth"), 1);
        }
    }

    /// The factor's own budget of 65 s, when not one poll is ever answered.
    #[test]
    #[ignore = "takes 65 s: make test-long"]
    fn a_wait_that_nobody_answers_ends_with_the_factors_budget() {
        let ends = ["\"safe\"", "\"secure\""].map(|failmode| {
            std::thread::spawn(move || {
                let fault = "[[faults]]\non = \"auth_status\"\nsilent = true\n";
                let mock = Mock::start(Some(&format!("{}{fault}", user(me(), ""))), &[]);
                let told = Login::new(&mock)
                    .option("timeout", "2")
                    .option("prompts", "1")
                    .option("failmode", failmode)
                    .run();
                (told, mock.stop())
            })
        });
        for end in ends {
            let (told, seen) = end.join().expect("a login");
            assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
            assert!(told.said("Nobody answered in time"), "{told:?}");
            let limit = Duration::from_secs(65).as_secs_f64() * 1000.0;
            assert!((limit..limit + 2000.0).contains(&told.ms()), "{told:?}");
            assert_eq!((seen.count("/auth/v2/auth"), seen.pushes()), (1, 1));
        }
    }
}
