//! A dry run: logs in, lists and plans as a fetch does, and then does nothing but tell.

use crate::mail::{AccountId, MessageId};
use crate::store::{Deletion, Grounds, due};

use super::clock::now;
use super::judge::plan::{Errand, Part, Plan, is_due};
use super::judge::policy::doomed;
use super::line::connect::Connect;
use super::seen::Seen;
use super::talk::delete::Farewell;
use super::talk::leave::leave_if_stopped;
use super::talk::listing::Listed;
use super::talk::sign_in::Entry;
use super::tell::progress::Event;
use super::tell::report::{PlanTold, Planned};
use super::tell::trouble::Trouble;
use super::worker::Worker;

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Says what a fetch would do. Changes nothing on the server and nothing in the store.
    pub(super) async fn rehearse(
        &mut self,
        entry: &Entry<'_, C>,
        id: Option<AccountId>,
    ) -> Result<(), Trouble> {
        let ended = self.rehearse_once(entry, id).await;
        match ended {
            Err(trouble) if self.lessons.is_worth_another(&trouble) => {
                self.rehearse_once(entry, id).await
            }
            ended => ended,
        }
    }

    async fn rehearse_once(
        &mut self,
        entry: &Entry<'_, C>,
        id: Option<AccountId>,
    ) -> Result<(), Trouble> {
        let known = self.known(id);
        let mut open = self.sign_in(entry).await?;
        let seen = self.look(&mut open, known, id).await;
        let seen = leave_if_stopped(&mut open.client, seen).await?;
        let plan = self.plan(&seen, &open.capabilities);
        self.report.plan = Some(self.told(&seen, plan));
        self.quit(&mut open.client, Vec::new(), Farewell::Unheard)
            .await
    }

    fn told(&self, seen: &Seen, plan: Plan) -> PlanTold {
        let (keep, now) = (self.account.keep_on_server, now());
        let fresh = Grounds {
            deletion: Deletion::Allowed,
            asked: false,
            message: Some(MessageId(0)),
            stored: now,
        };
        let goes_at_once = is_due(due(keep, &fresh, now));
        let mut download = plan.wished;
        download.extend(plan.download);
        download.extend(plan.again);
        let known = doomed(keep, &seen.maildrop.mails, &seen.known, now);
        let mut delete: Vec<Listed> = known.into_iter().map(|mail| mail.listed).collect();
        let may_go = |errand: &&Errand| {
            let sized = errand.listed.size.is_some_and(|size| size > 0);
            goes_at_once && sized && errand.part == Part::Whole
        };
        let after = download.iter().filter(may_go);
        delete.extend(after.map(|errand| errand.listed.clone()));
        PlanTold {
            keep,
            download: download
                .iter()
                .map(|errand| planned(&errand.listed, errand.part))
                .collect(),
            delete: delete
                .iter()
                .map(|listed| planned(listed, Part::Whole))
                .collect(),
        }
    }
}

fn planned(mail: &Listed, part: Part) -> Planned {
    Planned {
        uid: mail.uid.clone(),
        size: mail.size,
        partial: part == Part::Head,
    }
}
