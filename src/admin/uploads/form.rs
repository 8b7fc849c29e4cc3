//! What a video's form does with an upload that it names.

use crate::{
    admin::models::videos::said_of,
    ingest::unfinished::{
        self, State as At,
        finish::{self, Outcome},
    },
    state::App,
    storage::Token,
    web::errors::Result,
    words::Lang,
};

/// The token in what a form's field has: the token itself, or the upload's address.
pub(in crate::admin) fn token_in(written: &str) -> &str {
    let written = written.trim().trim_end_matches('/');
    written.rsplit('/').next().unwrap_or_default()
}

/// Ends an upload that a form wants to use, if it is whole, or throws it away; a sentence when it is
/// not there to be used.
pub(in crate::admin) async fn settled(
    app: &App,
    user: i64,
    lang: Lang,
    token: &str,
    throw_away: bool,
) -> Result<Option<&'static str>> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let words = lang.words();
    Ok(
        match unfinished::open(app, user, &token, throw_away).await? {
            At::Open(held) if throw_away => {
                unfinished::discard(app, *held).await?;
                None
            }
            At::Open(held) if held.is_whole() => match finish::finish(app, *held).await? {
                Outcome::Refused(fault) => Some(said_of(&fault, words)),
                Outcome::Finished(_) | Outcome::Gone => None,
            },
            At::Lost(_) if throw_away => {
                unfinished::end(app, user, &token).await?;
                None
            }
            At::Open(_) | At::Busy => Some(words.uploads.not_finished),
            At::Finished(_) | At::Expired | At::Lost(_) | At::Nothing => None,
        },
    )
}
