//! The admin's pages.

use askama::Template;

use crate::{
    web::{frame::Frame, paging},
    words::fill,
};

/// Any admin page for a member who is not staff: who they are, and another account offered.
#[derive(Template)]
#[template(path = "admin/denied.html")]
pub struct DeniedPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// Where they wanted to go.
    pub next: String,
}

impl DeniedPage {
    fn who(&self) -> String {
        let account = self.frame.viewer.account();
        let name = account.map_or("", |account| account.username.as_str());
        fill(self.frame.t.admin.denied_who, &[&name])
    }

    fn login_address(&self) -> String {
        paging::address("/admin/login/", &[("next", &self.next)])
    }
}
