//! Where a call comes from: the plan of the hall, from the content that the kiosk of this machine shows.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use parvis_content::ContentFile;
use parvis_plan::{Plan, picture};

use crate::durable::FileMark;

/// The plan, read again when the content is another file.
pub struct HallPlan {
    content: PathBuf,
    read: Mutex<Option<(FileMark, Option<Arc<Plan>>)>>,
}

impl HallPlan {
    /// The plan of the content at `content`, which may come later.
    pub fn new(content: PathBuf) -> Self {
        Self { content, read: Mutex::new(None) }
    }

    /// An SVG picture with `kiosk` marked; none when there is no plan, or the kiosk is not on it.
    pub fn picture(&self, kiosk: &str) -> Option<String> {
        let plan = self.plan()?;
        let here = plan.kiosk(kiosk)?;
        picture::svg(&plan, Some(here)).ok()
    }

    fn plan(&self) -> Option<Arc<Plan>> {
        let mark = FileMark::of(&self.content)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, plan)) = &*read
            && *known == mark
        {
            return plan.clone();
        }
        let plan = open(&self.content);
        *read = Some((mark, plan.clone()));
        plan
    }
}

/// A content file that cannot be read is the kiosk's to report: calls go on without a plan.
fn open(content: &Path) -> Option<Arc<Plan>> {
    ContentFile::open(content).ok()?.plan().ok()?.map(Arc::new)
}
