//! Days of fetches, compressed; and any order of troubles and key presses.

use proptest::prelude::*;

use super::*;

const REFUSED: Outlook = Outlook::Stop("log-in refused");
const BUSY: Outlook = Outlook::Wait("mailbox in use");

/// One account; runs until `until` minutes, each fetch taking a second and ending as `ends` says, the last of them
/// for ever; gives the minutes at which it was fetched.
fn run(every: i64, ends: &[Outlook], until: i64) -> Vec<i64> {
    let every = Duration::from_secs(u64::try_from(every * 60).unwrap());
    let mut schedule = Schedule::new(&[Some(every)], 7, 0);
    let mut ends = ends.iter().chain(std::iter::repeat(ends.last().unwrap()));
    let mut fetched = Vec::new();
    while let Some(at) = schedule.next_due().filter(|at| *at < until * MINUTE) {
        assert!(schedule.due(at - 1).is_empty(), "never too soon");
        assert_eq!(schedule.due(at), [0]);
        schedule.begun(0);
        schedule.ended(0, Purpose::Due, *ends.next().unwrap(), 0, at + SECOND);
        fetched.push(at);
    }
    fetched.iter().map(|at| at / MINUTE).collect()
}

fn gaps(minutes: &[i64]) -> Vec<i64> {
    minutes.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn a_day_of_fetches_keeps_to_fetch_every_give_or_take_a_tenth() {
    let fetched = run(30, &[Outlook::Good], 24 * 60);
    assert!((46..=51).contains(&fetched.len()), "{fetched:?}");
    let gaps = gaps(&fetched);
    assert!(gaps.iter().all(|gap| (26..=33).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap != gaps[0]), "jitter: {gaps:?}");
    assert_eq!(fetched[0], 0, "the first one comes shortly after the start");
}

#[test]
fn trouble_waits_longer_each_time_up_to_an_hour_and_is_forgotten_when_it_is_over() {
    let gaps = gaps(&run(1, &[BUSY], 6 * 60));
    let wanted = [1, 5, 15, 30, 60, 60, 60];
    for (gap, wanted) in gaps.iter().zip(wanted) {
        assert!((gap - wanted).abs() <= 1 + wanted / 10, "{gaps:?}");
    }
    let gaps = self::gaps(&run(1, &[BUSY, BUSY, Outlook::Good], 20));
    assert!(gaps[2..].iter().all(|gap| *gap <= 2), "{gaps:?}");
}

#[test]
fn trouble_never_makes_it_ask_more_often_than_fetch_every() {
    let gaps = gaps(&run(120, &[BUSY], 24 * 60));
    assert!(gaps.iter().all(|gap| *gap >= 107), "{gaps:?}");
}

#[test]
fn the_wish_of_the_server_is_kept() {
    for outlook in [BUSY, Outlook::Good] {
        let mut schedule = Schedule::new(&[Some(Duration::from_mins(5))], 7, 0);
        schedule.begun(0);
        schedule.ended(0, Purpose::Due, outlook, 40 * MINUTE, 0);
        assert!(schedule.due(40 * MINUTE - 1).is_empty(), "{outlook:?}");
        assert_eq!(schedule.due(40 * MINUTE), [0], "{outlook:?}");
        assert!(!schedule.is_open(0, 40 * MINUTE - 1));
    }
}

#[test]
fn a_password_called_wrong_stops_at_once_and_a_log_in_that_fails_three_times_in_a_row_too() {
    assert_eq!(run(5, &[REFUSED], 24 * 60).len(), 1);
    assert_eq!(run(5, &[Outlook::Doubtful], 24 * 60).len(), 3);
    let between = [Outlook::Doubtful, BUSY, Outlook::Doubtful, BUSY];
    let ends = [&between[..], &[Outlook::Doubtful]].concat();
    assert_eq!(
        run(5, &ends, 24 * 60).len(),
        5,
        "no answer clears the password"
    );
    let ends = [Outlook::Doubtful, Outlook::Doubtful, Outlook::Good];
    assert!(run(5, &ends, 24 * 60).len() > 100);
}

#[test]
fn the_user_sets_a_stopped_account_going_again_but_not_by_holding_the_key_down() {
    let mut schedule = Schedule::new(&[Some(Duration::from_mins(5))], 1, 0);
    schedule.begun(0);
    schedule.ended(0, Purpose::Due, REFUSED, 0, 1_000);
    assert_eq!(
        schedule.standing(0),
        Standing::Stopped {
            why: "log-in refused"
        }
    );
    assert_eq!(schedule.next_due(), None);
    assert_eq!(schedule.ask(0, 1_500), Err(1_500));
    assert_eq!(schedule.ask(0, 1_600), Err(1_400));
    assert!(schedule.due(2_999).is_empty());
    assert_eq!(schedule.due(3_000), [0], "once, when the pause is over");
    assert!(schedule.begun(0), "as the user's");
    schedule.ended(0, Purpose::Asked, REFUSED, 0, 3_000);
    assert_eq!(schedule.ask(0, 5_000), Ok(()));
    assert!(!schedule.begun(0));
    schedule.ended(0, Purpose::Due, Outlook::Good, 0, 7_000);
    assert!(matches!(schedule.standing(0), Standing::Next(_)));
    assert_eq!(schedule.ask(0, 7_000), Ok(()), "all is well: no pause");
}

#[test]
fn a_manual_account_is_never_due_and_is_left_alone_for_a_while_after_trouble() {
    let mut schedule = Schedule::new(&[None], 1, 0);
    assert_eq!(schedule.next_due(), None);
    assert!(schedule.is_open(0, 0));
    schedule.begun(0);
    schedule.ended(0, Purpose::Due, BUSY, 0, 0);
    assert_eq!(schedule.standing(0), Standing::Manual);
    assert!(!schedule.is_open(0, 30 * SECOND));
    assert!(schedule.is_open(0, 2 * MINUTE));
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer() {
    let mut schedule = Schedule::new(&[Some(Duration::from_mins(5))], 1, 0);
    schedule.begun(0);
    schedule.ended(0, Purpose::Due, Outlook::Good, 0, 100 * MINUTE);
    assert!(schedule.due(10 * MINUTE).is_empty());
    assert_eq!(schedule.due(16 * MINUTE), [0]);
}

fn outlook() -> impl Strategy<Value = Outlook> {
    prop_oneof![
        Just(Outlook::Good),
        Just(BUSY),
        Just(Outlook::Doubtful),
        Just(REFUSED),
    ]
}

proptest! {
    #[test]
    fn whatever_goes_wrong_and_whatever_is_pressed_there_is_no_storm_of_log_ins(
        every in 10..4_000_u64,
        seed in any::<u64>(),
        ends in proptest::collection::vec((outlook(), 0..90_000_i64, 0..7_200_000_i64, any::<bool>()), 1..60),
    ) {
        let mut schedule = Schedule::new(&[Some(Duration::from_secs(every))], seed, 0);
        let mut now = 0;
        let mut before: Option<(i64, Outlook, i64)> = None;
        let every = i64::try_from(every).unwrap() * SECOND;
        for (end, took, wish, pressed) in ends {
            let answer = pressed.then(|| schedule.ask(0, now));
            let asked = answer.is_some();
            if let Some(Err(left)) = answer {
                now += left;
                prop_assert_eq!(schedule.due(now), [0]);
            }
            if !asked {
                let Some(at) = schedule.next_due() else { now += 60_000; continue };
                now = now.max(at);
                prop_assert_eq!(schedule.due(now), [0]);
            }
            if let Some((ended, outlook, at_least)) = before {
                let gap = now - ended;
                prop_assert!(asked || gap >= SHORTEST.max(every - every / 10), "{gap}");
                prop_assert!(outlook == Outlook::Good || gap >= PAUSE, "{gap}");
                prop_assert!(asked || gap >= at_least, "{gap} {at_least}");
                let stopped = outlook == REFUSED;
                prop_assert!(asked || !stopped, "only the user starts it again");
            }
            schedule.begun(0);
            now += took;
            schedule.ended(0, Purpose::Due, end, wish, now);
            before = Some((now, end, wish));
        }
    }
}

#[test]
fn completing_a_mail_does_not_put_off_the_next_look_for_new_ones() {
    let mut schedule = Schedule::new(&[Some(Duration::from_mins(5))], 1, 0);
    schedule.begun(0);
    schedule.ended(0, Purpose::Due, Outlook::Good, 0, 0);
    let Standing::Next(planned) = schedule.standing(0) else {
        panic!("planned")
    };
    schedule.begun(0);
    schedule.ended(0, Purpose::Whole, Outlook::Good, 0, MINUTE);
    assert_eq!(schedule.standing(0), Standing::Next(planned));
}

#[test]
fn a_key_press_that_fails_does_not_lengthen_the_back_off() {
    let every = Some(Duration::from_mins(1));
    let mut schedule = Schedule::new(&[every], 1, 0);
    let mut fail = |purpose, now| {
        schedule.begun(0);
        schedule.ended(0, purpose, Outlook::Wait("no line"), 0, now);
        match schedule.standing(0) {
            Standing::Waits { at, .. } => at - now,
            other => panic!("{other:?}"),
        }
    };
    fail(Purpose::Due, 0);
    for press in 1..6 {
        let wait = fail(Purpose::Asked, press * 10 * SECOND);
        assert!(wait <= MINUTE + MINUTE / 10, "{wait}");
    }
}
