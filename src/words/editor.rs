//! Words of the editor.

super::words! {
    title = "게시판", "Board";
}
