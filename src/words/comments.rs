//! Words of the comments.

super::words! {
    title = "게시판", "Board";
}
