//! What the tests of the board have at hand: posts and comments straight into the database, and a
//! writer's paste and drop.

use madang::web::{search::pairs, text};

use crate::chromium::Chromium;
use crate::house::House;

/// A text as SQL has it. No database takes NUL.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

fn search_key(typed: &str) -> String {
    let key = text::key(&typed.replace('\0', ""));
    key.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl House {
    /// Posts as `(writer, title, body)`, with ids from 1 on, on a board without any.
    pub async fn posts(&self, posts: &[(i64, String, String)]) {
        let row = |(id, (writer, title, _)): (usize, &(i64, String, String))| {
            let (key, title) = (quoted(&search_key(title)), quoted(title));
            format!("({writer}, {title}, {key}, 1760000000000000, 1760000000000000 + {id})")
        };
        let rows: Vec<_> = posts.iter().enumerate().map(row).collect();
        let columns = "user_id, title, title_key, created_at, updated_at";
        self.sql(&format!(
            "INSERT INTO posts ({columns}) VALUES {}",
            rows.join(", ")
        ))
        .await;
        let keys = |(index, (_, title, body)): (usize, &(i64, String, String))| {
            (index + 1, search_key(title), search_key(body))
        };
        let keys: Vec<_> = posts.iter().enumerate().map(keys).collect();
        let rows = keys.iter().zip(posts).map(|((id, title, text), post)| {
            let (title, text) = (quoted(title), quoted(text));
            format!("({id}, {title}, {text}, {})", quoted(&post.2))
        });
        let rows: Vec<_> = rows.collect();
        let columns = "post_id, title_key, body_key, body";
        self.sql(&format!(
            "INSERT INTO post_texts ({columns}) VALUES {}",
            rows.join(", ")
        ))
        .await;
        if self.is_sqlite() {
            let row = |(id, title, body): &(usize, String, String)| {
                format!("({id}, '{}', '{}')", pairs(title), pairs(body))
            };
            let rows: Vec<_> = keys.iter().map(row).collect();
            let sql = format!(
                "INSERT INTO post_grams (rowid, title, body) VALUES {}",
                rows.join(", ")
            );
            self.sql(&sql).await;
        }
    }

    /// Comments as `(writer, body)` under a post or a video: `column` is `post_id` or `video_id`.
    pub async fn comments(&self, column: &str, id: i64, comments: &[(i64, String)]) {
        let row = |(writer, body): &(i64, String)| {
            format!("({id}, {writer}, {}, '', 0, 0)", quoted(body))
        };
        let rows: Vec<_> = comments.iter().map(row).collect();
        self.sql(&format!(
            "INSERT INTO comments ({column}, user_id, body, search_key, created_at, updated_at) VALUES {}",
            rows.join(", ")
        ))
        .await;
        if column == "post_id" {
            let count = comments.len();
            self.sql(&format!(
                "UPDATE posts SET comments = comments + {count} WHERE id = {id}"
            ))
            .await;
        }
    }
}

impl Chromium {
    /// Gives the text field a picture of `width` × 8 pixels, as a paste or a drop does, and waits
    /// until it is uploaded and stands in the text.
    pub async fn give_picture(&self, way: &str, name: &str, width: usize) {
        self.run(&format!(
            "const way = {way:?};
             const canvas = document.createElement('canvas');
             [canvas.width, canvas.height] = [{width}, 8];
             canvas.getContext('2d').fillRect(0, 0, {width}, 4);
             canvas.toBlob((blob) => {{
               const carried = new DataTransfer();
               carried.items.add(new File([blob], {name:?}, {{ type: 'image/png' }}));
               const wish = {{ bubbles: true, cancelable: true }};
               const event = way === 'paste'
                 ? new ClipboardEvent('paste', {{ ...wish, clipboardData: carried }})
                 : new DragEvent('drop', {{ ...wish, dataTransfer: carried }});
               document.querySelector('#id_body').dispatchEvent(event);
             }}, 'image/png')"
        ))
        .await;
        let stands = format!(
            "return document.querySelector('#id_body').value.includes('![{name}](/media/')"
        );
        self.until("the picture is in the text", &stands).await;
    }

    /// Waits until the first picture of a selector is decoded; its width in pixels.
    pub async fn picture(&self, selector: &str) -> u64 {
        let shown = format!("document.querySelector({selector:?})");
        self.until(
            &format!("{selector} is decoded"),
            &format!("return !!{shown}?.complete && {shown}.naturalWidth > 0"),
        )
        .await;
        let width = self.run(&format!("return {shown}.naturalWidth")).await;
        width.as_u64().expect("a width")
    }

    /// What stands in a field of the page's content.
    pub async fn value(&self, name: &str) -> String {
        let script = format!("return document.querySelector('main [name={name}]').value");
        let value = self.run(&script).await;
        value.as_str().expect("a text").to_owned()
    }

    /// Writes a comment in the form at the end of the page, and waits until it stands there.
    pub async fn comment(&self, words: &str) {
        let before = self.count(".comment").await;
        let form = ".comments > form[data-comment]";
        let field = self.see(&format!("{form} textarea")).await;
        field.send_keys(words).await.expect("an editable field");
        self.press(&format!("{form} button")).await;
        self.until(
            &format!("{words} stands under it"),
            &format!("return document.querySelectorAll('.comment').length > {before}"),
        )
        .await;
    }

    /// Answers the first comment, and waits until the answer stands there.
    pub async fn answer(&self, words: &str) {
        let before = self.count(".comment").await;
        self.press("details.reply summary").await;
        let field = self.see("details.reply[open] textarea").await;
        field.send_keys(words).await.expect("an editable field");
        self.press("details.reply[open] form button").await;
        self.until(
            &format!("{words} stands under it"),
            &format!("return document.querySelectorAll('.comment').length > {before}"),
        )
        .await;
    }
}
